import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import type { Portal } from '../../src/portal.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { type Pages, testPages } from '../support/web.ts'

const PATH = '/organisation/administrators'

let portal: Portal
let pages: Pages
let pat: Actor
let root: Actor
let audrey: Actor

beforeAll(async () => {
  portal = await testPortal()
  pages = await testPages(portal)
  const one = await makeOrganisation(portal, 'RX1')
  await makeOrganisation(portal, 'RX2')
  pat = await makeActor(portal, 'pat@rx1.example', 'primary-local-administrator', one)
  audrey = await makeActor(portal, 'audrey@rx1.example', 'auditor', one)
  root = await makeActor(portal, 'root@rx1.example', 'global-administrator')
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

test('a colleague is invited, their role changed and ended', async () => {
  const browser = await pages.signedIn(pat)
  const list = await browser.get(PATH)
  expect(list.text).toContain('Invite someone')
  expect(list.text).not.toContain('root@rx1.example')
  await browser.get(`${PATH}/new`)
  const empty = await browser.submit(`${PATH}/new`, { email: '', role: 'auditor' })
  expect([empty.status, empty.text.includes('Enter an e-mail address.')]).toEqual([400, true])
  const roleless = await browser.submit(`${PATH}/new`, { email: 'jo@rx1.example' })
  expect([roleless.status, roleless.text.includes('Choose a role.')]).toEqual([400, true])
  expect(roleless.html).toContain('value="jo@rx1.example"')
  const beyond = { email: 'jo@rx1.example', role: 'global-administrator' }
  expect((await browser.submit(`${PATH}/new`, beyond)).status).toBe(400)

  const invited = await browser.submit(`${PATH}/new`, {
    email: 'jo@rx1.example',
    name: 'Jo Smith',
    role: 'local-administrator',
  })
  expect(invited.text).toContain('jo@rx1.example is invited as Local Administrator.')
  expect(invited.text).toMatch(/Jo Smith ?jo@rx1\.example Local Administrator \d.* Invited/)
  const href = /href="(\/organisation\/administrators\/\d+)">Jo Smith/.exec(invited.html)?.[1] as string
  expect((await browser.get(href)).text).toContain('End this role')
  const changed = await browser.submit(href, { act: 'role', organisation: 'RX1', role: 'auditor' })
  expect(changed.text).toContain('Jo Smith is now Auditor.')
  const elsewhere = await browser.submit(href, { act: 'role', organisation: 'RX2', role: 'auditor' })
  expect(elsewhere.status).toBe(404)
  const ended = await browser.submit(href, { act: 'end', organisation: 'RX1' })
  expect(ended.text).toContain('Jo Smith has no role in RX1 any more.')
  expect((await browser.get(href)).status).toBe(404)
})

test('an auditor sees who may sign in and changes nothing; oneself can’t be changed', async () => {
  const auditor = await pages.signedIn(audrey)
  const page = await auditor.get(`${PATH}/${pat.administratorId}`)
  expect(page.text).toContain('Primary Local Administrator')
  expect(page.text).not.toContain('End this role')
  const end = { act: 'end', organisation: 'RX1' }
  expect((await auditor.submit(`${PATH}/${pat.administratorId}`, end)).status).toBe(403)
  expect((await auditor.get(`${PATH}/new`)).status).toBe(403)
  const self = await pages.signedIn(pat)
  expect((await self.get(`${PATH}/${pat.administratorId}`)).text).toContain('This is you.')
  const refused = await self.submit(`${PATH}/${pat.administratorId}`, end)
  expect([refused.status, refused.text.includes('your own rights')]).toEqual([400, true])
})

test('a global administrator sees those of all organisations, invites one, and disables and enables', async () => {
  const browser = await pages.signedIn(root)
  expect((await browser.get(`${PATH}?of=all`)).text).toContain('root@rx1.example')
  await browser.get(`${PATH}/new?of=all`)
  const invited = await browser.submit(`${PATH}/new`, {
    of: 'all',
    email: 'ray@rx1.example',
    role: 'global-administrator',
  })
  expect(invited.text).toContain('ray@rx1.example is invited as Global Administrator.')
  const disabled = await browser.submit(`${PATH}/${pat.administratorId}`, { act: 'disable' })
  expect(disabled.text).toContain('can’t sign in any more')
  expect((await browser.get(PATH)).text).toContain('Disabled')
  const enabled = await browser.submit(`${PATH}/${pat.administratorId}`, { act: 'enable' })
  expect(enabled.text).toContain('may sign in again')
})

test('one sees one’s own sessions, and ends the others', async () => {
  const [here, there] = [await pages.signedIn(audrey), await pages.signedIn(audrey)]
  const page = await here.get('/sessions')
  expect(page.text).toContain('This session')
  expect(page.text.match(/ End the session in /g)).toHaveLength(2)
  const other = /name="session" value="(\d+)"/.exec(page.html)?.[1] as string
  expect((await here.submit('/sessions', { session: other })).text).toContain('1 session ended.')
  expect((await here.submit('/sessions', { session: 'others' })).text).toContain('1 session ended.')
  expect((await there.get('/')).url).toContain('/sign-in')
  expect((await here.submit('/sessions', { session: other })).status).toBe(404)
})
