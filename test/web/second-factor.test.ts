import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import type { Portal } from '../../src/portal.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { codeOf } from '../support/second-factor.ts'
import { givePassword, PASSWORD } from '../support/serving.ts'
import { type Browser, type Page, type Pages, testPages } from '../support/web.ts'

const MINUTE_MS = 60_000

let portal: Portal
let pages: Pages
let later = 0
let one: number
let grace: Actor
let numbered = 0

beforeAll(async () => {
  portal = await testPortal({ secondFactorRoles: ['global-administrator'] })
  portal.clock = { now: () => new Date(Date.now() + later) }
  pages = await testPages(portal)
  one = await makeOrganisation(portal, 'RX1')
  grace = await givePassword(portal, await makeActor(portal, 'grace@trust.example', 'global-administrator'))
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

beforeEach(() => {
  later += 60 * MINUTE_MS
})

async function signIn(browser: Browser, { email }: Actor, next = '') {
  await browser.get('/sign-in')
  return browser.submit('/sign-in', { email, password: PASSWORD, next })
}

/** Sets up an app on its page, which is open. */
async function addApp(browser: Browser, page: Page): Promise<{ key: string; codes: string[]; done: Page }> {
  const key = /id="key">([A-Z2-7 ]+)</.exec(page.html)?.[1] as string
  const done = await browser.submit('/ways-to-sign-in/app', { ...hidden(page), code: code(key) })
  const codes = [...done.html.matchAll(/<li><code>([^<]+)</g)].map(([, each]) => each as string)
  later += MINUTE_MS
  return { key, codes, done }
}

const code = (key: string) => codeOf(key, portal.clock.now())

/** The fields of a page's form that aren't seen. */
function hidden({ html }: Page): Record<string, string> {
  const main = html.slice(html.indexOf('<main'))
  const found = main.matchAll(/<input type="hidden" name="(?!_csrf)([^"]+)" value="([^"]*)"/g)
  return Object.fromEntries([...found].map(([, name, value]) => [name as string, value as string]))
}

async function enrolled(): Promise<{ actor: Actor; browser: Browser; key: string; codes: string[] }> {
  const email = `jo-${++numbered}@trust.example`
  const actor = await givePassword(portal, await makeActor(portal, email, 'primary-local-administrator', one))
  const browser = pages.browser()
  await signIn(browser, actor)
  return { actor, browser, ...(await addApp(browser, await browser.get('/ways-to-sign-in/app'))) }
}

test('whose role needs a second factor sees nothing but its page until it is set up, and then where they were going', async () => {
  const browser = pages.browser()
  const page = await signIn(browser, grace, '/organisations?search=x')
  expect(page.url).toBe('/ways-to-sign-in/app?next=%2Forganisations%3Fsearch%3Dx')
  expect(page.text).toContain('Your role needs a second factor')
  for (const words of ['RX1 Trust', 'People', 'Outbox']) expect(page.text).not.toContain(words)
  for (const path of ['/', '/accounts', '/outbox', '/sessions', '/ways-to-sign-in', '/password'])
    expect((await browser.get(path)).url, path).toMatch(/^\/ways-to-sign-in\/app/)
  for (const path of ['/organisation', '/sessions', '/ways-to-sign-in/recovery-codes'])
    expect((await browser.submit(path, {})).url, path).toBe('/ways-to-sign-in/app?next=/')
  const missing = await browser.get('/nothing')
  expect(missing.text).not.toContain('RX1 Trust')
  const wrong = await browser.submit('/ways-to-sign-in/app', { ...hidden(page), code: '12' })
  expect(wrong.status).toBe(400)
  expect(wrong.html).toContain('<title>Error: Set up an authenticator app')
  expect(hidden(wrong)).toEqual(hidden(page))
  const { codes, done } = await addApp(browser, wrong)
  expect(codes).toHaveLength(10)
  expect(done.html).toContain('<a href="/organisations?search=x">I have kept them: go on</a>')
  expect((await browser.get('/accounts')).text).toContain('RX1 Trust')
})

test('after the password comes the code, then where they wanted to go', async () => {
  const { actor, key } = await enrolled()
  const browser = pages.browser()
  const asked = await signIn(browser, actor, '/password')
  expect(asked.url).toBe('/sign-in/second-factor?next=%2Fpassword')
  expect(browser.cookies.has('muster-browser')).toBe(false)
  const waiting = browser.cookies.get('muster-session')
  expect((await browser.get('/accounts')).url).toMatch(/^\/sign-in\?/)
  await browser.get('/sign-in/second-factor?next=/password')
  const wrong = await browser.submit('/sign-in/second-factor', { code: '000000', next: '/password' })
  expect(wrong.status).toBe(400)
  expect(wrong.html).toContain('<a href="#code">This code is wrong, or was used already.')
  const inside = await browser.submit('/sign-in/second-factor', {
    ...hidden(wrong),
    with: '',
    code: code(key),
  })
  expect(inside).toMatchObject({ status: 200, url: '/password' })
  expect(browser.cookies.get('muster-session')).not.toBe(waiting)
  expect(browser.cookies.has('muster-browser')).toBe(true)
})

test('a recovery code lets in once; to another server nobody is sent', async () => {
  const { actor, codes } = await enrolled()
  const attempt = async () => {
    const browser = pages.browser()
    await signIn(browser, actor)
    const fields = { with: 'recovery-code', 'recovery-code': codes[0] as string, next: '//evil.example/' }
    return browser.submit('/sign-in/second-factor', fields)
  }
  expect((await attempt()).url).toBe('/')
  const again = await attempt()
  expect(again.html).toContain('<a href="#recovery-code">This is none of your recovery codes')
  expect(again.html).toContain('<details class="nhsuk-details" open>')
})

test('without a password that was right before, nobody is asked for a second factor', async () => {
  const browser = pages.browser()
  expect((await browser.get('/sign-in/second-factor')).url).toBe('/sign-in')
  const sent = await browser.submit('/sign-in/second-factor', { code: '123456' })
  expect(sent.url).toBe('/sign-in?ended=yes')
})

test('one’s own page lists them; recovery codes are made anew, the last factor is removed', async () => {
  const { browser, codes } = await enrolled()
  const page = await browser.get('/ways-to-sign-in')
  expect(page.text).toContain('Authenticator app')
  expect(page.text).toContain('10 of 10 are left')
  const renewed = await browser.submit('/ways-to-sign-in/recovery-codes')
  expect(renewed.html).not.toContain(codes[0] as string)
  expect((await browser.get('/sessions')).html).toContain('href="/ways-to-sign-in"')
  const removed = await browser.submit('/ways-to-sign-in/removal', hidden(page))
  expect(removed.text).toContain('It is removed')
  expect(removed.text).toContain('You have none.')
  expect((await browser.submit('/ways-to-sign-in/removal', hidden(page))).status).toBe(404)
})

test('an administrator’s page says whether they have one, and removes it', async () => {
  const { actor, browser: own } = await enrolled()
  const { browser } = await enrolled()
  const path = `/organisation/administrators/${actor.administratorId}`
  expect((await browser.get('/organisation/administrators')).html).toContain(
    'data-label="Second factor">Yes<',
  )
  expect((await browser.get(path)).html).toContain('<dt>Second factor</dt><dd>Yes</dd>')
  const removed = await browser.submit(path, { act: 'remove-second-factor' })
  expect(removed.text).toContain('has no second factor any more')
  expect(removed.html).toContain('<dt>Second factor</dt><dd>No</dd>')
  expect(removed.html).not.toContain('Remove their second factor')
  expect((await own.get('/accounts')).url).toMatch(/^\/sign-in/)
  expect((await signIn(own, actor)).url).toBe('/')
})

test('before roles, tokens and one’s own factors, who they are is asked again, and what was typed goes on', async () => {
  const { actor, browser, key } = await enrolled()
  const typed = { name: 'Nightly export', until: '2099-12-31', organisation: '', role: 'auditor' }
  await browser.get('/organisation/tokens/new')
  later += 16 * MINUTE_MS
  const asked = await browser.submit('/organisation/tokens/new', typed)
  expect(asked.text).toContain('Confirm that it is you')
  expect(hidden(asked)).toEqual({ proof: 'yes', ...typed })
  const wrong = await browser.submit('/organisation/tokens/new', { ...hidden(asked), 'proof-password': 'no' })
  expect(wrong.html).toContain('<a href="#proof-password">This is not your password.')
  expect(hidden(wrong)).toEqual(hidden(asked))
  const empty = await browser.submit('/organisation/tokens/new', hidden(wrong))
  expect(empty.html).toContain('<a href="#proof-password">Enter your password.')
  const answer = { ...hidden(wrong), 'proof-password': PASSWORD }
  expect((await browser.submit('/organisation/tokens/new', answer)).text).toContain('Nightly export')
  expect((await browser.submit('/organisation/tokens/new', typed)).text).toContain('Your token is made')

  later += 16 * MINUTE_MS
  const invitation = { email: 'new@trust.example', name: '', role: 'auditor' }
  const again = await browser.submit('/organisation/administrators/new', invitation)
  const invited = { ...hidden(again), 'proof-code': code(key) }
  const done = await browser.submit('/organisation/administrators/new', invited)
  expect(done.text).toContain('new@trust.example is invited as Auditor')

  later += 16 * MINUTE_MS
  const path = `/organisation/administrators/${actor.administratorId - 1}`
  expect((await browser.submit(path, { act: 'remove-second-factor' })).text).toContain(
    'Confirm that it is you',
  )
  for (const way of ['/ways-to-sign-in/removal', '/ways-to-sign-in/recovery-codes'])
    expect((await browser.submit(way, { factor: '1' })).text, way).toContain('Confirm that it is you')
  const app = await browser.get('/ways-to-sign-in/app?next=/password')
  expect(app.html).toContain('action="/confirm"')
  const opened = await browser.submit('/confirm', { ...hidden(app), 'proof-password': PASSWORD })
  expect(opened.url).toBe('/ways-to-sign-in/app?next=/password')
  expect(opened.text).toContain('Set up an authenticator app')
})

test('who has no password here, and nothing else, is told to sign in again', async () => {
  const actor = await makeActor(portal, 'elsewhere@trust.example', 'primary-local-administrator', one)
  const browser = await pages.signedIn(actor)
  later += 16 * MINUTE_MS
  const asked = await browser.submit('/organisation/tokens/new', { name: 'Nightly export' })
  expect(asked.text).toContain('You have no password here to confirm it with.')
  expect(asked.html).not.toContain('name="proof-password"')
})
