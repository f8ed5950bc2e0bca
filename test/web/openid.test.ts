import sql from 'sql-template-tag'
import { describe, expect, test } from 'vitest'
import { addAdministrator } from '../../src/access/administrators.ts'
import { findAudit } from '../../src/access/find-audit.ts'
import { findSession } from '../../src/access/sessions.ts'
import { disableAdministrator } from '../../src/access/withdrawal.ts'
import { answersThere } from '../support/identity-provider.ts'
import { makeActor } from '../support/portal.ts'
import { aPortalWithProviders, HERE, leaves, START, sessionOf, signsIn } from '../support/signing-in.ts'

const BACK = `${START}/back`
const UNKNOWN = 'Muster knows nobody by it.'

const at = aPortalWithProviders()

describe('who comes back', () => {
  test('is linked the first time by a verified address, and known by issuer and subject from then on', async () => {
    const { sub, email, actor } = await at.somebody()
    const browser = at.pages.browser()
    expect((await browser.get('/sign-in')).html).toContain(`href="${START}"`)
    expect(await signsIn(browser, sub)).toMatchObject({ status: 200, url: '/' })
    expect((await sessionOf(at, browser))?.actor).toMatchObject({ administratorId: actor.administratorId })
    at.trust.accounts[sub] = { email: 'another@elsewhere.example', email_verified: false }
    expect((await signsIn(at.pages.browser(), sub)).url).toBe('/')
    const kept = await at.portal.database.transaction([], (tx) =>
      tx.rows(sql`select issuer, subject, email from administrator_identity
        where administrator_id = ${actor.administratorId}`),
    )
    expect(kept).toEqual([{ issuer: at.trust.issuer, subject: sub, email }])
    const mails = await at.portal.database.transaction('everything', (tx) =>
      tx.rows<{ subject: string }>(sql`select subject from mail where to_address = ${email}`),
    )
    expect(mails).toEqual([{ subject: 'You can now sign in to Muster with Trust Login' }])
  })

  test('is where they wanted to go, never elsewhere', async () => {
    const { sub } = await at.somebody()
    const browser = at.pages.browser()
    await browser.get('/password?x=1')
    expect((await browser.get('/sign-in?next=%2Fpassword%3Fx%3D1')).html).toContain(
      `href="${START}?next=%2Fpassword%3Fx%3D1"`,
    )
    expect((await signsIn(browser, sub, `${START}?next=%2Fpassword%3Fx%3D1`)).url).toBe('/password?x=1')
    for (const next of ['https://evil.example/', '//evil.example/', '/.//evil.example/'])
      expect((await signsIn(at.pages.browser(), sub, `${START}?next=${encodeURIComponent(next)}`)).url).toBe(
        '/',
      )
  })

  test('has a new session: the one that was there before has ended', async () => {
    const { sub, actor } = await at.somebody()
    const browser = await at.pages.signedIn(actor)
    const before = browser.cookies.get('muster-session') as string
    await signsIn(browser, sub)
    expect(browser.cookies.get('muster-session')).not.toBe(before)
    expect(await findSession(at.portal, before)).toBeNull()
  })

  test('keeps how strongly they were signed in; mfa, or an acr of the settings, counts as a second factor', async () => {
    const { email } = await at.somebody()
    const [twice, once] = [at.pages.browser(), at.pages.browser()]
    at.trust.accounts['twice-1'] = { email, email_verified: true }
    await signsIn(twice, 'twice-1')
    expect((await sessionOf(at, twice))?.openid).toEqual({
      provider: 'trust',
      identity: expect.any(Number),
      acr: 'urn:two',
      amr: ['pwd', 'otp', 'mfa'],
      authTime: expect.any(Number),
      isSecondFactor: true,
    })
    const { sub } = await at.somebody()
    await signsIn(once, sub)
    expect((await sessionOf(at, once))?.openid).toMatchObject({ acr: 'urn:one', isSecondFactor: false })
    at.other.accounts.o1 = { email }
    await signsIn(once, 'o1', '/sign-in/with/other')
    expect((await sessionOf(at, once))?.openid).toMatchObject({ provider: 'other', isSecondFactor: true })
  })
})

describe('nobody unknown gets in, and all are told the same', () => {
  let words: string
  const isRefused = async (sub: string, what: string, path = START) => {
    const browser = at.pages.browser()
    const page = await signsIn(browser, sub, path)
    expect(page.status).toBe(403)
    expect(page.text).toContain(UNKNOWN)
    expect(page.text).toContain('Ask an administrator of your organisation to invite you')
    words ??= page.text
    expect(page.text).toBe(words)
    expect(browser.cookies.has('muster-session')).toBe(false)
    expect(at.events.at(-1)).toMatchObject({ event: 'authn_openid_refused', what: 'unknown', code: what })
  }

  test('an address that nobody here has', async () => {
    at.trust.accounts.stranger = { email: 'stranger@at.trust.example', email_verified: true }
    await isRefused('stranger', 'nobody')
  })

  test('an address that the provider hasn’t verified, or doesn’t say so where it isn’t trusted', async () => {
    await isRefused((await at.somebody({ email_verified: false })).sub, 'address-not-verified')
    await isRefused((await at.somebody({ email_verified: undefined })).sub, 'address-not-verified')
    await isRefused((await at.somebody({ email: undefined })).sub, 'no-address')
  })

  test('a provider whose word is trusted need not say it, but what it says not to be verified isn’t', async () => {
    const { email } = await at.somebody()
    at.other.accounts.silent = { email }
    expect((await signsIn(at.pages.browser(), 'silent', '/sign-in/with/other')).url).toBe('/')
    const { email: second } = await at.somebody()
    at.other.accounts.says = { email: second, email_verified: false }
    const page = await signsIn(at.pages.browser(), 'says', '/sign-in/with/other')
    expect(page.text).toContain(UNKNOWN)
  })

  test('somebody else to whom the address came later', async () => {
    const { sub, email } = await at.somebody()
    await signsIn(at.pages.browser(), sub)
    at.trust.accounts.successor = { email, email_verified: true }
    await isRefused('successor', 'linked-otherwise')
  })

  test('an address that only looks like it', async () => {
    await makeActor(at.portal, 'kim@at.trust.example', 'local-administrator', at.organisation)
    at.trust.accounts.kelvin = { email: '\u212aim@at.trust.example', email_verified: true }
    await isRefused('kelvin', 'address-folds')
  })

  test('who is disabled', async () => {
    const { sub, email } = await at.somebody()
    await signsIn(at.pages.browser(), sub)
    await disableAdministrator(at.portal, email)
    await isRefused(sub, 'disabled')
  })
})

describe('an invitation is accepted at the provider', () => {
  const invite = async (email: string) => {
    const given = { email, role: 'local-administrator', organisationCode: 'RX1' } as const
    const { link } = await addAdministrator(at.portal, given)
    return link.split('=')[1] as string
  }

  test('whatever address they have there; the invitation works once', async () => {
    const secret = await invite('invited@at.trust.example')
    at.trust.accounts.smartcard = {}
    const browser = at.pages.browser()
    const page = await browser.get(`/password/set?link=${secret}`)
    expect(page.text).toContain('Accept your invitation')
    expect(page.html).toContain(`href="${START}?link=${secret}"`)
    expect((await signsIn(browser, 'smartcard', `${START}?link=${secret}`)).url).toBe('/')
    expect((await sessionOf(at, browser))?.actor.email).toBe('invited@at.trust.example')
    expect((await at.pages.browser().get(`/password/set?link=${secret}`)).status).toBe(410)
    expect((await signsIn(at.pages.browser(), 'smartcard')).url).toBe('/')
    at.trust.accounts.smartcard2 = {}
    const again = await signsIn(at.pages.browser(), 'smartcard2', `${START}?link=${secret}`)
    expect(again.text).toContain(UNKNOWN)
  })

  test('but not by who is somebody else here already: the invitation stays', async () => {
    const { sub } = await at.somebody()
    await signsIn(at.pages.browser(), sub)
    const secret = await invite('other-one@at.trust.example')
    const page = await signsIn(at.pages.browser(), sub, `${START}?link=${secret}`)
    expect(page.text).toContain(UNKNOWN)
    expect((await at.pages.browser().get(`/password/set?link=${secret}`)).status).toBe(200)
  })
})

test('the provider is asked for a code by PKCE, with state and nonce, and nothing secret is kept', async () => {
  const address = new URL(await leaves(at.pages.browser()))
  const asked = Object.fromEntries(address.searchParams)
  expect(asked).toMatchObject({
    response_type: 'code',
    scope: 'openid email profile',
    code_challenge_method: 'S256',
    redirect_uri: `${HERE}${BACK}`,
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
  })
  const kept = await at.portal.database.transaction([], (tx) =>
    tx.rows(sql`select openid_request::text as row from openid_request`),
  )
  for (const secret of [asked.state, asked.nonce, asked.code_challenge])
    expect(JSON.stringify(kept)).not.toContain(secret)
})

describe('signing out', () => {
  test('ends the session here, and offers to leave there too', async () => {
    const { sub } = await at.somebody()
    const browser = at.pages.browser()
    await signsIn(browser, sub)
    const page = await browser.submit('/sign-out')
    expect(page.url).toBe('/sign-in?left=trust')
    expect(page.text).toContain('At Trust Login you may still be signed in')
    const href = /href="([^"]*session\/end[^"]*)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') as string
    const answer = await fetch(href)
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('logout')
    expect((await browser.get('/')).url).toBe('/sign-in')
  })

  test('where the provider has no place for it, says so only', async () => {
    const { email } = await at.somebody()
    at.other.accounts.leaving = { email }
    const browser = at.pages.browser()
    await signsIn(browser, 'leaving', '/sign-in/with/other')
    const page = await browser.submit('/sign-out')
    expect(page.text).toContain('At Other Login you may still be signed in')
    expect(page.text).not.toContain('Sign out of Other Login too')
    expect((await browser.get('/sign-in?left=nobody')).text).not.toContain('may still')
  })
})

describe('a linked sign-in', () => {
  test('is shown to oneself, and unlinked: sessions that began with it elsewhere end', async () => {
    const { sub, email } = await at.somebody()
    const [here, elsewhere] = [at.pages.browser(), at.pages.browser()]
    await signsIn(here, sub)
    await signsIn(elsewhere, sub)
    const page = await here.get('/sessions')
    expect(page.text).toContain(`Trust Login , as ${email} Linked on`)
    const action = /action="(\/sessions\/identities\/\d+\/removal)"/.exec(page.html)?.[1] as string
    const stranger = await at.pages.signedIn((await at.somebody()).actor)
    await stranger.get('/sessions')
    expect((await stranger.submit(action)).status).toBe(404)
    expect((await here.submit(action)).text).toContain('That sign-in is unlinked.')
    expect((await here.get('/sessions')).text).not.toContain('Where else you sign in')
    expect((await elsewhere.get('/')).url).toBe('/sign-in')
    expect((await here.submit(action)).status).toBe(404)
  })

  test('is shown to who may see the administrator, and unlinked by Global Administrators, which is noted', async () => {
    const { sub, email, actor } = await at.somebody()
    const browser = at.pages.browser()
    await signsIn(browser, sub)
    const grace = await makeActor(at.portal, 'grace@trust.example', 'global-administrator')
    const pat = await makeActor(
      at.portal,
      'pat@trust.example',
      'primary-local-administrator',
      at.organisation,
    )
    const path = `/organisation/administrators/${actor.administratorId}`
    const [global, local] = [await at.pages.signedIn(grace), await at.pages.signedIn(pat)]
    const seen = await local.get(path)
    expect(seen.text).toContain(`Trust Login , as ${email}`)
    expect(seen.html).not.toContain('value="unlink"')
    const page = await global.get(path)
    const identity = /name="identity" value="(\d+)"/.exec(page.html)?.[1] as string
    expect((await local.submit(path, { act: 'unlink', identity })).status).toBe(403)
    expect((await global.submit(path, { act: 'unlink', identity })).text).toContain(
      'That sign-in is unlinked.',
    )
    expect((await browser.get('/')).url).toBe('/sign-in')
    const { entries } = await findAudit(at.portal, grace, { limit: 2 })
    expect(entries).toMatchObject([
      {
        act: 'identity-unlinked',
        by: { email: 'grace@trust.example' },
        about: { id: actor.administratorId },
      },
      { act: 'identity-linked', by: { email }, details: { with: 'trust', 'by an invitation': false } },
    ])
    at.trust.accounts.successor2 = { email, email_verified: true }
    expect((await signsIn(at.pages.browser(), 'successor2')).url).toBe('/')
  })
})

test('whoever has nothing to show here is asked again at the provider, before what matters most', async () => {
  const { sub } = await at.somebody()
  const browser = at.pages.browser()
  await signsIn(browser, sub)
  at.waits(16 * 60_000)
  await browser.get('/organisation/tokens/new')
  const headers = { referer: `${HERE}/organisation/tokens/new` }
  const page = await browser.submit('/organisation/tokens/new', { name: 'Nightly' }, { headers })
  expect(page.text).toContain('Confirm that it is you')
  const href = /href="([^"]*again=yes[^"]*)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') as string
  expect(href).toBe(`${START}?next=%2Forganisation%2Ftokens%2Fnew&again=yes`)
  const address = await leaves(browser, href)
  expect(new URL(address).searchParams.get('prompt')).toBe('login')
  expect((await browser.get(await answersThere(address, sub))).url).toBe('/organisation/tokens/new')
})
