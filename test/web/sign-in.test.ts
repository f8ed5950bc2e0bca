import sql from 'sql-template-tag'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addAdministrator } from '../../src/access/administrators.ts'
import { setPasswordByLink } from '../../src/access/set-password.ts'
import type { Portal } from '../../src/portal.ts'
import { askForLink, secretForNewestMail } from '../support/link.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { type Browser, type Pages, testPages } from '../support/web.ts'

const JANE = 'jane.smith@rx1.example'
const PASSWORD = 'correct plum wagon'

let portal: Portal
let pages: Pages
let later = 0
let link: string

beforeAll(async () => {
  portal = await testPortal()
  portal.clock = { now: () => new Date(Date.now() + later) }
  pages = await testPages(portal)
  await makeOrganisation(portal, 'RX1')
  await makeOrganisation(portal, 'RX2')
  ;({ link } = await addAdministrator(portal, {
    email: JANE,
    name: 'Jane Smith',
    ...localAdministrator('RX1'),
  }))
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

beforeEach(() => {
  later += 3600_000
})

const localAdministrator = (organisationCode: string) =>
  ({ role: 'local-administrator', organisationCode }) as const

async function signIn(browser: Browser, fields: { email?: string; password?: string; next?: string } = {}) {
  await browser.get('/sign-in')
  return browser.submit('/sign-in', { email: JANE, password: PASSWORD, ...fields })
}

test('a new administrator follows the link, sets a password, and signs in', async () => {
  const browser = pages.browser()
  const path = link.slice(portal.config.publicUrl.length)
  const page = await browser.get(path)
  expect(page.text).toContain('Set your password')
  expect(page.text).toContain(JANE)
  const weak = await browser.submit('/password/set', {
    link: path.split('=')[1] as string,
    password: 'short',
  })
  expect(weak.status).toBe(400)
  expect(weak.html).toContain('<title>Error: Set your password – Muster</title>')
  expect(weak.html).toContain('<a href="#password">The password has 5 characters.')
  const set = await browser.submit('/password/set', {
    link: path.split('=')[1] as string,
    password: PASSWORD,
  })
  expect(set.text).toContain('Your password is set. Sign in with it.')
  const home = await browser.submit('/sign-in', { email: JANE, password: PASSWORD })
  expect(home).toMatchObject({ status: 200, url: '/' })
  expect(home.text).toContain('RX1 Trust (RX1)')
  expect(home.text).toContain('Jane Smith')
  const again = await browser.get(path)
  expect(again.status).toBe(410)
  expect(again.text).toContain('This link no longer works')
})

test('what was typed wrong is said beside the field, and the address stays, the password doesn’t', async () => {
  const page = await signIn(pages.browser(), { password: 'wrong plum wagon' })
  expect(page.status).toBe(400)
  expect(page.html).toContain('<title>Error: Sign in – Muster</title>')
  expect(page.html).toContain('There is a problem')
  expect(page.text).toContain('The e-mail address or the password is wrong.')
  expect(page.html).toContain(`value="${JANE}"`)
  expect(page.html).not.toContain('wrong plum wagon')
})

test('too many attempts: the page says how long to wait', async () => {
  const browser = pages.browser()
  for (let turn = 0; turn < 10; turn += 1) await signIn(browser, { email: 'x@rx1.example' })
  const page = await signIn(browser, { email: 'x@rx1.example' })
  expect(page.status).toBe(429)
  expect(page.text).toContain('Wait 5 minutes and try again')
  expect(Number(page.headers['retry-after'])).toBeGreaterThan(290)
  expect(Number(page.headers['retry-after'])).toBeLessThanOrEqual(300)
})

test('a browser in which somebody has signed in has attempts of its own, also after they signed out', async () => {
  const [known, unknown] = [pages.browser(), pages.browser()]
  const wrong = { password: 'wrong plum wagon' }
  await signIn(known)
  const first = known.cookies.get('muster-browser')
  await known.submit('/sign-out')
  for (let turn = 0; turn < 10; turn += 1) await signIn(unknown, wrong)
  expect((await signIn(unknown)).status).toBe(429)
  expect((await signIn(known)).url).toBe('/')
  expect(known.cookies.get('muster-browser')).not.toBe(first)
  await known.submit('/sign-out')
  for (let turn = 0; turn < 10; turn += 1) await signIn(known, wrong)
  expect((await signIn(known)).status).toBe(429)
})

test('its cookie is for this server only, out of reach of scripts, and outlives the browser', async () => {
  const browser = pages.browser()
  const page = await signIn(browser)
  const [cookie] = [page.redirects[0]?.['set-cookie']].flat().filter((one) => String(one).includes('browser'))
  expect(cookie).toMatch(/^muster-browser=[\w-]{43}; Max-Age=31536000; Path=\/; HttpOnly; SameSite=Lax$/)
})

test('whoever sets a password by a link can sign in there, whatever strangers try', async () => {
  const stranger = pages.browser()
  for (let turn = 0; turn < 11; turn += 1) await signIn(stranger, { password: 'wrong plum wagon' })
  await askForLink(portal, JANE)
  const own = pages.browser()
  const secret = await secretForNewestMail(portal, JANE)
  await own.get(`/password/set?link=${secret}`)
  await own.submit('/password/set', { link: secret, password: PASSWORD })
  for (let turn = 0; turn < 11; turn += 1) await signIn(stranger, { password: 'wrong plum wagon' })
  expect((await own.submit('/sign-in', { email: JANE, password: PASSWORD })).url).toBe('/')
})

test('signing in makes a new session: one that was there before is gone, and so are its forms', async () => {
  const browser = pages.browser()
  await signIn(browser)
  const first = browser.cookies.get('muster-session')
  await browser.get('/password')
  await browser.submit('/sign-in', { email: JANE, password: PASSWORD })
  const second = browser.cookies.get('muster-session')
  expect(second).toBeTruthy()
  expect(second).not.toBe(first)
  browser.cookies.set('muster-session', first as string)
  expect((await browser.get('/')).url).toBe('/sign-in')
})

test('signing out ends the session, for a copy of its cookie too', async () => {
  const browser = pages.browser()
  await signIn(browser)
  const id = browser.cookies.get('muster-session') as string
  const page = await browser.submit('/sign-out')
  expect(page.url).toBe('/sign-in')
  expect(page.redirects.at(-1)?.['clear-site-data']).toBe('"cache", "storage"')
  expect(browser.cookies.has('muster-session')).toBe(false)
  browser.cookies.set('muster-session', id)
  expect((await browser.get('/')).url).toBe('/sign-in')
})

describe('after signing in, the person is where they wanted to go', () => {
  test('a page of Muster', async () => {
    const browser = pages.browser()
    expect((await browser.get('/password?x=1')).url).toBe('/sign-in?next=%2Fpassword%3Fx%3D1')
    expect(
      (await browser.submit('/sign-in', { email: JANE, password: PASSWORD, next: '/password?x=1' })).url,
    ).toBe('/password?x=1')
  })

  test.each(['https://evil.example/', '//evil.example/', '/.//evil.example/'])(
    'never elsewhere: %s',
    async (next) => {
      expect((await signIn(pages.browser(), { next })).url).toBe('/')
    },
  )
})

test('a form sent after the session ended: the person learns that nothing was done', async () => {
  const browser = pages.browser()
  await signIn(browser)
  await browser.get('/password')
  later += 13 * 3600_000
  const page = await browser.submit('/password', { current: PASSWORD, password: 'another plum wagon' })
  expect(page.url).toBe('/sign-in?ended=yes')
  expect(page.text).toContain('What you sent was not carried out')
})

test('what was typed into a form that was sent after the session ended is sent again after signing in', async () => {
  const browser = pages.browser()
  await signIn(browser)
  await browser.get('/reports')
  later += 13 * 3600_000
  const form = { kind: 'mailbox', site: 'North “House”' }
  const ended = await browser.submit('/reports', form)
  expect(ended.status).toBe(403)
  expect(ended.text).toContain('What you sent was not carried out.')
  expect(ended.html).toContain('<form method="post" action="/reports"')
  expect(ended.html).toContain('name="site" value="North “House”"')
  const token = /name="_csrf" value="([^"]+)"/.exec(ended.html)?.[1] as string
  await signIn(browser)
  const stale = await browser.submit('/reports', form, { token })
  expect(stale.status).toBe(403)
  expect(stale.text).toContain('Nothing was changed yet'.toLowerCase())
  expect(stale.html).toContain('name="site" value="North “House”"')
  expect((await browser.submit('/reports', form)).text).not.toContain('Send it now')
})

test('what comes from elsewhere, or has a password in it, is not offered to be sent again', async () => {
  const browser = pages.browser()
  await signIn(browser)
  await browser.get('/reports')
  const form = { kind: 'mailbox' }
  const headers = { 'sec-fetch-site': 'cross-site' }
  expect((await browser.submit('/reports', form, { headers })).text).not.toContain('Send it now')
  const none = { 'sec-fetch-site': '' }
  expect((await browser.submit('/reports', form, { token: 'x', headers: none })).text).not.toContain(
    'Send it now',
  )
  expect((await browser.submit('/reports', form, { token: 'x' })).text).toContain('Send it now')
  const password = { current: 'a', password: 'b' }
  expect((await browser.submit('/password', password, { token: 'x' })).text).not.toContain('Send it now')
})

test('changing the password signs out all other browsers, and says so once', async () => {
  const [here, elsewhere] = [pages.browser(), pages.browser()]
  await signIn(here)
  await signIn(elsewhere)
  await here.get('/password')
  const wrong = await here.submit('/password', { current: 'wrong', password: 'another plum wagon' })
  expect(wrong.text).toContain('This is not your current password.')
  const done = await here.submit('/password', { current: PASSWORD, password: 'another plum wagon' })
  expect(done.url).toBe('/')
  expect(done.text).toContain('Your password is changed.')
  expect((await here.get('/')).text).not.toContain('Your password is changed.')
  expect((await elsewhere.get('/')).url).toBe('/sign-in')
  await here.get('/password')
  await here.submit('/password', { current: 'another plum wagon', password: PASSWORD })
})

test('a forgotten password: the same page whether or not the address is known', async () => {
  const answers = []
  for (const email of [JANE, 'nobody@rx1.example']) {
    const browser = pages.browser()
    await browser.get('/password/forgotten')
    const page = await browser.submit('/password/forgotten', { email })
    answers.push({ status: page.status, text: page.text.replaceAll(email, 'EMAIL') })
  }
  expect(answers[0]?.text).toContain('If EMAIL is the address of an administrator')
  expect(answers[1]).toEqual(answers[0])
})

test('someone with several organisations switches in the header; it holds from then on', async () => {
  const both = await addAdministrator(portal, { email: 'both@rx.example', ...localAdministrator('RX1') })
  await addAdministrator(portal, { email: 'both@rx.example', ...localAdministrator('RX2') })
  await setPasswordByLink(portal, both.link.split('=')[1] as string, PASSWORD)
  const browser = pages.browser()
  const home = await signIn(browser, { email: 'both@rx.example' })
  expect(home.html).toMatch(/<option value="\d+" selected>RX1 Trust/)
  const two = /<option value="(\d+)">RX2 Trust/.exec(home.html)?.[1] as string
  const switched = await browser.submit('/organisation', { organisation: two, from: '/' })
  expect(switched.html).toMatch(/<option value="\d+" selected>RX2 Trust/)
  expect((await browser.get('/')).html).toMatch(/<option value="\d+" selected>RX2 Trust/)
  expect((await browser.submit('/organisation', { organisation: '999', from: '/' })).status).toBe(404)
})

test('someone with more organisations than a list holds searches for the one to work for', async () => {
  await using many = await testPortal()
  await using trial = await testPages(many)
  for (let number = 1; number <= 53; number += 1) await makeOrganisation(many, `M${number}`)
  const browser = await trial.signedIn(await makeActor(many, 'g@rx1.example', 'global-administrator'))
  const home = await browser.get('/')
  expect(home.html).not.toContain('<select')
  expect(home.html).toContain('href="/organisation?from=/"')
  const all = await browser.get('/organisation')
  expect(all.text).toContain('53 organisations, of which the first 50 are shown')
  const found = await browser.get('/organisation?search=m37%20tr')
  expect(found.text).toContain('1 organisation')
  const id = /value="(\d+)" checked/.exec(found.html)?.[1] as string
  const page = await browser.submit('/organisation', { organisation: id, from: '/' })
  expect(page.text).toContain('M37 Trust (M37)')
  // The last one by name is none of those that the header would list.
  const last = /value="(\d+)" checked/.exec(
    (await browser.get('/organisation?search=m9')).html,
  )?.[1] as string
  await browser.submit('/organisation', { organisation: last, from: '/' })
  expect((await browser.get('/accounts')).text).toContain('M9 Trust (M9)')
  expect((await browser.get('/organisation?search=x%3Cb')).text).toContain('No organisation has “x<b”')
})

test('an organisation that isn’t theirs can’t be chosen', async () => {
  const browser = pages.browser()
  await signIn(browser)
  const { id } = await portal.database.transaction('everything', async (tx) => {
    const found = await tx.row<{ id: number }>(sql`select id from organisation where code = 'RX2'`)
    return found as { id: number }
  })
  const page = await browser.submit('/organisation', { organisation: String(id), from: '/' })
  expect(page.status).toBe(404)
  expect(page.text).not.toContain('RX2')
})

test('over HTTPS the cookies are held to this host, to HTTPS, and out of reach of scripts', async () => {
  await using secure = await testPages({
    ...portal,
    config: { ...portal.config, publicUrl: 'https://muster.example' },
  })
  const actor = await makeActor(portal, 'secure@rx1.example', 'global-administrator')
  const answer = await secure.app.inject({ url: '/sign-in' })
  expect(answer.headers['strict-transport-security']).toBeTruthy()
  const signedIn = secure.browser()
  await setPassword('secure@rx1.example')
  await signedIn.get('/sign-in')
  await signedIn.submit('/sign-in', { email: actor.email, password: PASSWORD })
  expect([...signedIn.cookies.keys()].sort()).toEqual([
    '__Host-muster-browser',
    '__Host-muster-form',
    '__Host-muster-session',
  ])
  expect(String(answer.headers['set-cookie'])).toMatch(
    /^__Host-muster-form=\S+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  )
})

async function setPassword(email: string) {
  await askForLink(portal, email)
  await setPasswordByLink(portal, await secretForNewestMail(portal, email), PASSWORD)
}
