import { describe, expect, test } from 'vitest'
import { answersThere, openProvider } from '../support/identity-provider.ts'
import { aPortalWithProviders, HERE, leaves, START } from '../support/signing-in.ts'
import { testPages } from '../support/web.ts'

const BACK = `${START}/back`

const at = aPortalWithProviders()

describe('what comes back is refused with words', () => {
  const isRefused = (page: { status: number; text: string }, status: number, words: string) => {
    expect(page).toMatchObject({ status, text: expect.stringContaining(words) })
  }
  const STALE = 'It took longer than 15 minutes, was done once already, or was begun in another browser.'
  const FOREIGN = 'What came back doesn’t belong to a sign-in at Trust Login that you began here.'

  test('when it comes a second time', async () => {
    const { sub } = await at.somebody()
    const browser = at.pages.browser()
    const back = await answersThere(await leaves(browser), sub)
    await browser.get(back)
    isRefused(await browser.get(back), 400, STALE)
  })

  test('when it comes to another browser, or one that began nothing', async () => {
    const { sub } = await at.somebody()
    const browser = at.pages.browser()
    const back = await answersThere(await leaves(browser), sub)
    const victim = at.pages.browser()
    isRefused(await victim.get(back), 400, STALE)
    await leaves(victim)
    isRefused(await victim.get(back), 400, STALE)
    expect(victim.cookies.has('muster-session')).toBe(false)
    expect((await browser.get(back)).url).toBe('/')
  })

  test('when it took longer than a quarter of an hour', async () => {
    const { sub } = await at.somebody()
    const browser = at.pages.browser()
    const back = await answersThere(await leaves(browser), sub)
    at.waits(15 * 60_000)
    isRefused(await browser.get(back), 400, STALE)
  })

  test('when it is of another provider, by its address or by the issuer that it names', async () => {
    const { sub } = await at.somebody()
    const browser = at.pages.browser()
    const back = await answersThere(await leaves(browser), sub)
    isRefused(await browser.get(back.replace('/trust/', '/other/')), 400, STALE)
    const iss = encodeURIComponent(at.trust.issuer)
    expect(back).toContain(`iss=${iss}`)
    isRefused(await browser.get(back.replace(iss, encodeURIComponent(at.other.issuer))), 400, FOREIGN)
    const second = await answersThere(await leaves(browser), sub)
    isRefused(await browser.get(second.replace(/&iss=[^&]*/, '')), 400, FOREIGN)
  })

  test('when its nonce, its code or its signature is another’s', async () => {
    const { sub } = await at.somebody()
    const browser = at.pages.browser()
    const address = new URL(await leaves(browser))
    address.searchParams.set('nonce', 'of-another-flow')
    isRefused(await browser.get(await answersThere(address.href, sub)), 400, FOREIGN)
    const [stolen, own] = [
      await answersThere(await leaves(at.pages.browser()), sub),
      await answersThere(await leaves(browser), sub),
    ]
    const code = (back: string) => new URLSearchParams(back.split('?')[1]).get('code') as string
    isRefused(await browser.get(own.replace(code(own), code(stolen))), 403, 'invalid_grant')
    at.waits(3600_000) // the keys are asked for anew
    at.trust.faults.otherKeys = true
    isRefused(await browser.get(await answersThere(await leaves(browser), sub)), 400, FOREIGN)
    at.waits(3600_000)
  })

  test('when the person didn’t agree, or the provider says no in its own words', async () => {
    const browser = at.pages.browser()
    const back = await answersThere(await leaves(browser), null)
    expect(back).toContain('error=access_denied')
    isRefused(await browser.get(back), 403, 'Trust Login says that you stopped')
    const second = await answersThere(await leaves(browser), null)
    const page = await browser.get(second.replace('access_denied', encodeURIComponent('<b>call 0800')))
    isRefused(page, 403, 'with this word from Trust Login: other')
    expect(page.html).not.toContain('0800')
  })

  test('when the provider doesn’t answer, or with something else', async () => {
    const { sub } = await at.somebody()
    const browser = at.pages.browser()
    const back = await answersThere(await leaves(browser), sub)
    at.trust.faults.broken = true
    const page = await browser.get(back)
    isRefused(page, 503, 'Trust Login does not answer')
    expect(page.headers['retry-after']).toBe('60')
    at.waits(3600_000) // what it says of itself is asked anew
    isRefused(await browser.get(START), 503, 'Trust Login does not answer')
    delete at.trust.faults.broken
    expect(await leaves(browser)).toContain(at.trust.issuer)
    await using gone = await openProvider(HERE, { id: 'gone' })
    await gone[Symbol.asyncDispose]()
    await using without = await testPages({
      ...at.portal,
      config: { ...at.portal.config, oidcProviders: [gone.setting] },
    })
    isRefused(await without.browser().get('/sign-in/with/gone'), 503, 'does not answer')
  })

  test('when it calls itself otherwise than the setting does', async () => {
    const setting = { ...at.trust.setting, issuer: at.trust.issuer.replace('127.0.0.1', 'localhost') }
    const config = { ...at.portal.config, oidcProviders: [setting] }
    await using misnamed = await testPages({ ...at.portal, config })
    isRefused(await misnamed.browser().get(START), 503, 'Trust Login does not answer')
    expect(at.events.at(-1)).toMatchObject({ code: 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED' })
  })

  test('when it is silent: nobody waits for longer than ten seconds', { timeout: 30_000 }, async () => {
    at.waits(3600_000)
    at.trust.faults.silent = true
    const began = Date.now()
    isRefused(await at.pages.browser().get(START), 503, 'Trust Login does not answer')
    expect(Date.now() - began).toBeLessThan(10_000)
  })
})

test('a sign-in is begun from our own page only, and at a provider that a setting names', async () => {
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { referer: 'https://evil.example/' },
    {},
  ]) {
    const answer = await at.pages.app.inject({ url: `${START}?next=%2Fuploads`, headers })
    expect(answer.headers.location).toBe('/sign-in?next=%2Fuploads')
  }
  const answer = await at.pages.app.inject({ url: START, headers: { referer: `${HERE}/sign-in` } })
  expect(String(answer.headers.location)).toContain(at.trust.issuer)
  expect(String(answer.headers['set-cookie'])).toMatch(
    /^muster-openid=[\w-]{43}; Max-Age=900; Path=\/; HttpOnly; SameSite=Lax$/,
  )
  expect((await at.pages.browser().get('/sign-in/with/nobody')).status).toBe(404)
  expect((await at.pages.browser().get('/sign-in/with/nobody/back?state=x')).status).toBe(404)
  expect((await at.pages.browser().get(BACK)).text).toContain('Please sign in again')
})
