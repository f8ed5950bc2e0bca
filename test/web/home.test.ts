import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import type { Portal } from '../../src/portal.ts'
import type { Upload } from '../../src/uploads/upload.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, check, create, csv, receive } from '../support/upload.ts'
import { type Browser, type Pages, testPages } from '../support/web.ts'

let portal: Portal
let pages: Pages
let ann: Actor
let browser: Browser
let organisation: number
let waiting: Upload
let failed: Upload

beforeAll(async () => {
  portal = await testPortal()
  pages = await testPages(portal)
  organisation = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', organisation)
  browser = await pages.signedIn(ann)
  const people = Array.from({ length: 4 }, (_, at) => `A${at},Jane,Smith,Nurse,07700 9000${10 + at}`)
  await create(portal, ann, 'RX1', csv('LocalID,FirstName,LastName,JobTitle,Mobile', ...people))
  const by = { organisationId: organisation, updatedBy: ann.administratorId }
  await makeAccount(portal, { ...by, lastName: 'Gone', status: 'Leaver' })
  waiting = (await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A1,Porter', 'A2,Porter'))).upload
  const partly = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A3,Porter', 'none,Porter'))
  failed = (await apply(portal, ann, partly.upload)).upload
  await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A0,Nurse')) // changes nothing
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

test('what needs attention says what, how many, whose it is and since when; what would do nothing is left out', async () => {
  const home = await browser.get('/')
  expect(home.text).toMatch(
    /Needs your attention people\.csv : waiting for your confirmation: 2 accounts to change ann@rx1\.example, \d+ \w+ \d{4} at \d+:\d\d[ap]m Dismiss/,
  )
  expect(home.text).toContain('people.csv : 1 failed row ann@rx1.example')
  expect(home.html).toContain(`href="/uploads/${failed.id}?result=failed"`)
  expect(home.html.match(/<button[^>]*name="change"/g)).toHaveLength(2)
})

test('what is on its way stands on a line of its own, with its place', async () => {
  const ids: number[] = []
  for (const localId of ['A2', 'A3']) {
    const { upload } = await check(portal, ann, 'RX1', csv('LocalID,Department', `${localId},Wards`))
    await confirmChangeSet(portal, ann, upload.id)
    ids.push(upload.id)
  }
  await receive(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A1,Porter'))
  const home = await browser.get('/')
  expect(home.text).toContain('Now: people.csv waits to start, next in turn.')
  expect(home.text).toContain('Now: people.csv waits to start, behind 1 other.')
  expect(home.text).toContain('Now: people.csv is being checked.')
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update change_set set status = 'cancelled' where id = any(${ids}::bigint[])`),
  )
})

test('a dismissed line stays away from this person, until the status is another', async () => {
  const bea = await makeActor(portal, 'bea@rx1.example', 'local-administrator', organisation)
  const other = await pages.signedIn(bea)
  await other.get('/')
  const after = await other.submit('/dismissals', { change: String(waiting.id) })
  expect(after.url).toBe('/')
  expect(after.text).not.toContain('waiting for your confirmation')
  expect((await browser.get('/')).text).toContain('waiting for your confirmation')
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update change_set set status = 'failed', completed_at = now() where id = ${waiting.id}`),
  )
  expect((await other.get('/')).text).toContain('people.csv : could not be done')

  const stranger = await makeActor(
    portal,
    'eve@rx2.example',
    'local-administrator',
    await makeOrganisation(portal, 'RX2'),
  )
  const elsewhere = await pages.signedIn(stranger)
  await elsewhere.submit('/dismissals', { change: String(failed.id) })
  const [dismissed] = await portal.database.transaction('everything', (tx) =>
    tx.rows<{ count: number }>(sql`select count(*) from dismissal where change_set_id = ${failed.id}`),
  )
  expect(dismissed?.count).toBe(0)
})

test('no more lines than can be read: the number of the others leads to the list', async () => {
  for (let n = 0; n < 6; n++) await check(portal, ann, 'RX1', csv('LocalID,JobTitle', `A1,Porter ${n}`))
  const home = await browser.get('/')
  expect(home.text).toContain('And 1 more .')
  expect(home.html).toContain('<a href="/changes">1 more</a>')
})

test('changes of every kind, and the directory in numbers with a bar each', async () => {
  const home = await browser.get('/')
  expect(home.text).toContain('Recent changes')
  expect(home.text).toMatch(/Accounts by status .*Active 4 80% .*Leaver 1 20%/)
  expect(home.text).toMatch(/What is known of 4 people .*Local ID 4 100% Mobile 4 100% .*Site 0 0%/)
  expect(home.html).toContain('<a href="/accounts?status=Leaver">Leaver</a>')
})

test('helpdesk sees no files, and the directory all the same', async () => {
  const helpdesk = await pages.signedIn(
    await makeActor(portal, 'hd@rx1.example', 'local-helpdesk', organisation),
  )
  const page = await helpdesk.get('/')
  expect(page.text).toContain('Find someone')
  expect(page.text).not.toContain('people.csv')
  expect(page.text).not.toContain('Needs your attention')
  expect(page.text).toContain('Accounts by status')
  expect((await helpdesk.get('/uploads')).status).toBe(403)
})
