import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findAudit } from '../../src/access/find-audit.ts'
import { arePasskeysPossible } from '../../src/access/second-factor/passkeys.ts'
import type { Portal } from '../../src/portal.ts'
import { askedOn, authenticator } from '../support/authenticator.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { givePassword, PASSWORD } from '../support/serving.ts'
import { type Browser, type Page, type Pages, testPages } from '../support/web.ts'

const ORIGIN = 'https://muster.example'
const PATH = '/ways-to-sign-in/passkey'

let portal: Portal
let pages: Pages
let one: number
let later = 0
let numbered = 0

beforeAll(async () => {
  portal = await testPortal({ publicUrl: ORIGIN })
  portal.clock = { now: () => new Date(Date.now() + later) }
  pages = await testPages(portal)
  one = await makeOrganisation(portal, 'RX1')
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

beforeEach(() => {
  later += 60 * 60_000
})

async function somebody() {
  const email = `jo-${++numbered}@trust.example`
  return givePassword(portal, await makeActor(portal, email, 'primary-local-administrator', one))
}

async function givesPassword(browser: Browser, email: string): Promise<Page> {
  await browser.get('/sign-in')
  return browser.submit('/sign-in', { email, password: PASSWORD })
}

async function withPasskey() {
  const actor = await somebody()
  const browser = pages.browser()
  await givesPassword(browser, actor.email)
  const key = authenticator(ORIGIN)
  const asked = askedOn((await browser.get(PATH)).html)
  const added = await browser.submit(PATH, { name: 'Blue key', passkey: key.create(asked) })
  expect(added.text).toContain('Keep your recovery codes')
  return { actor, browser, key }
}

const enters = (browser: Browser, passkey: string) =>
  browser.submit('/sign-in/second-factor', { with: 'passkey', passkey, next: '/password' })

test('a passkey is named, lets in after the password, is removed by its name', async () => {
  const { actor, browser, key } = await withPasskey()
  expect((await browser.get('/ways-to-sign-in')).text).toMatch(/Blue key Passkey\. Added on/)
  const other = pages.browser()
  const asked = await givesPassword(other, actor.email)
  expect(asked.text).toContain('Show that it is you')
  expect(asked.text).not.toContain('Code from your authenticator app')
  expect((await enters(other, key.get(askedOn(asked.html)))).url).toBe('/password')
  const page = await other.get('/ways-to-sign-in')
  expect(page.text).toContain('Last used on')
  const factor = /name="factor" value="(\d+)"/.exec(page.html)?.[1] as string
  expect((await other.submit('/ways-to-sign-in/removal', { factor })).text).toContain('You have none.')
})

test('several are had; the same one twice isn’t; each has a name', async () => {
  const { browser, key } = await withPasskey()
  const again = askedOn((await browser.get(PATH)).html)
  const twice = await browser.submit(PATH, { name: 'Twice', passkey: key.create(again) })
  expect(twice.html).toContain('<a href="#passkey">This passkey is used here already.')
  const second = authenticator(ORIGIN).create(askedOn(twice.html))
  const nameless = await browser.submit(PATH, { name: ' ', passkey: second })
  expect(nameless.html).toContain('<a href="#name">Give it a name')
  const third = authenticator(ORIGIN).create(askedOn(nameless.html))
  const added = await browser.submit(PATH, { name: 'Second key', passkey: third })
  expect(added.text).toContain('Your passkey is added.')
  expect(added.text).toContain('Second key')
})

test.each([
  ['of another site', (asked: Page) => authenticator('https://false.example').create(askedOn(asked.html))],
  [
    'for another question',
    () => authenticator(ORIGIN).create({ challenge: 'AAAA', rp: { id: 'muster.example' } }),
  ],
  [
    'for another portal',
    (asked: Page) => authenticator(ORIGIN).create({ ...askedOn(asked.html), rp: { id: 'false.example' } }),
  ],
  ['that is none', () => '{"id":1}'],
  ['that is no JSON', () => '{'],
  ['that is empty', () => ''],
])('none is added by an answer %s', async (_how, answer) => {
  const { email } = await somebody()
  const browser = pages.browser()
  await givesPassword(browser, email)
  const passkey = answer(await browser.get(PATH))
  const page = await browser.submit(PATH, { name: 'Key', passkey })
  expect(page.status).toBe(400)
  expect(page.html).toContain('<a href="#passkey">')
  expect((await browser.get('/ways-to-sign-in')).text).toContain('You have none.')
})

test('nobody gets in by another’s passkey, an answer that was used, or a passkey that was copied', async () => {
  const { actor, key } = await withPasskey()
  const far = await withPasskey()
  const browser = pages.browser()
  const asked = await givesPassword(browser, actor.email)
  const foreign = await enters(browser, far.key.get(askedOn(asked.html)))
  expect(foreign.html).toContain('<a href="#passkey">The passkey was not taken.')
  const answer = key.get(askedOn(foreign.html))
  expect((await enters(browser, answer)).url).toBe('/password')
  const thief = pages.browser()
  await givesPassword(thief, actor.email)
  const replayed = await enters(thief, answer)
  expect(replayed.status).toBe(400)
  const copied = await enters(thief, key.get(askedOn(replayed.html), true))
  expect(copied.status).toBe(400)
  const root = await makeActor(portal, 'root@trust.example', 'global-administrator')
  const { entries } = await findAudit(portal, root, { limit: 3 })
  expect(entries.map(({ act, details }) => [act, details.with])).toEqual(
    Array.from({ length: 3 }, () => ['proof-refused', 'passkey']),
  )
})

test('a passkey confirms that it is they', async () => {
  const { browser, key } = await withPasskey()
  later += 16 * 60_000
  const asked = await browser.submit('/organisation/tokens/new', { name: 'Nightly', until: '2099-12-31' })
  expect(asked.text).toContain('Confirm that it is you')
  const made = await browser.submit('/organisation/tokens/new', {
    ...{ name: 'Nightly', until: '2099-12-31', proof: 'yes' },
    'proof-passkey': key.get(askedOn(asked.html)),
  })
  expect(made.text).toContain('Your token is made')
})

test('there are passkeys where the portal has a name and HTTPS, or is on one’s own machine', async () => {
  const possible = (publicUrl: string) => arePasskeysPossible({ ...portal.config, publicUrl })
  const urls = [
    'https://muster.example',
    'http://localhost:3000',
    'http://muster.example',
    'https://192.0.2.1',
  ]
  expect([...urls, 'https://[::1]'].map(possible)).toEqual([true, true, false, false, false])
  const numbers = { ...portal, config: { ...portal.config, publicUrl: 'http://127.0.0.1:3000' } }
  await using elsewhere = await testPages(numbers)
  const browser = await elsewhere.signedIn(await somebody())
  expect((await browser.get(PATH)).status).toBe(404)
  expect((await browser.get('/ways-to-sign-in')).text).not.toContain('Add a passkey')
})
