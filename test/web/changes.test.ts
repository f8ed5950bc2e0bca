import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { listChangeSets } from '../../src/changes/find-change-sets.ts'
import { planUndo } from '../../src/changes/history/undo.ts'
import { findAccounts } from '../../src/directory/find-accounts.ts'
import type { Portal } from '../../src/portal.ts'
import { expireUploads } from '../../src/uploads/expire.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { planUndoOf, takeBack } from '../support/undo.ts'
import { apply, check, create, csv } from '../support/upload.ts'
import { type Browser, type Pages, testPages } from '../support/web.ts'

let portal: Portal
let pages: Pages
let ann: Actor
let browser: Browser
let organisationId: number

beforeAll(async () => {
  portal = await testPortal()
  pages = await testPages(portal)
  organisationId = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', organisationId)
  browser = await pages.signedIn(ann)
  await create(
    portal,
    ann,
    'RX1',
    csv('LocalID,FirstName,LastName,JobTitle,Mobile', 'A1,Jane,Smith,Nurse,07700 900001'),
  )
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

test('an upload is taken back from its page: looked at first, then done, and told where it was', async () => {
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A1,Sister'))
  await apply(portal, ann, upload)
  expect((await browser.get(`/uploads/${upload.id}`)).text).toContain('Take this back')
  const begun = await browser.submit(`/changes/${upload.id}/undo`)
  expect(begun.text).toContain('Taking back people.csv')
  expect(begun.text).toContain('It is being worked out what would go back.')
  const { changeSets } = await listChangeSets(portal, ann, { limit: 1 })
  const id = changeSets[0]?.id as number
  const data = { changeSetId: id, organisationId }
  await planUndo(portal, { data })

  const plan = await browser.get(`/changes/${id}`)
  expect(plan.text).toContain('1 account goes back to what it was. Nothing has been changed yet.')
  expect(plan.text).toContain('Job title from Sister → to Nurse')
  expect(await jobTitle()).toBe('Sister')
  await browser.submit(`/changes/${id}/confirmation`)
  await applyChangeSet(portal, { data })

  expect(await jobTitle()).toBe('Nurse')
  const done = await browser.get(`/changes/${id}`)
  expect(done.text).toContain('1 account went back to what it was.')
  expect(done.text).toContain('Take this back')
  expect(done.text).toContain('This portal sends no e-mail, so the results are on this page only.')
  const results = await browser.get(`/changes/${id}/results.csv`)
  expect(results.html).toContain('Job title,Sister,Nurse,Taken back')
  expect((await browser.get(`/uploads/${upload.id}`)).text).toContain('Taken back by ann@rx1.example')
  const list = await browser.get('/changes')
  expect(list.text).toContain('Taking back people.csv')
  expect(list.text).toContain('Taken back by ann@rx1.example')
  const { accounts } = await findAccounts(portal, ann, { localId: 'A1', limit: 1 })
  expect((await browser.get(`/accounts/${accounts[0]?.id}`)).text).toContain('by taking a change back')
})

test('some rows, or some fields, are ticked on a page of their own, and come along from page to page', async () => {
  const people = Array.from({ length: 150 }, (_, n) => `P${n},Lou,Doe,Clerk,07700 900${200 + n}`)
  await create(portal, ann, 'RX1', csv('LocalID,FirstName,LastName,JobTitle,Mobile', ...people))
  const changed = Array.from({ length: 150 }, (_, n) => `P${n},Porter,Post Room`)
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle,Department', ...changed))
  await apply(portal, ann, upload)
  const path = `/changes/${upload.id}`
  expect((await browser.get(`/uploads/${upload.id}`)).html).toContain(`href="${path}/choice"`)
  const first = await browser.get(`${path}/choice`)
  expect(first.text).toContain('Take back some of people.csv')
  const nothing = await browser.submit(`${path}/undo`, { part: 'some' })
  expect(nothing.status).toBe(400)
  expect(nothing.text).toContain('Tick what is to be taken back')

  const second = await browser.submit(`${path}/choice`, { part: 'some', rows: ['2', '3', '5'], after: '101' })
  expect(second.text).toContain('3 accounts ticked on other pages.')
  expect(second.html).toContain('name="chosen" value="2-3,5"')
  const chosen = { part: 'some', chosen: '2-3,5', rows: '120', fields: 'department' }
  const begun = await browser.submit(`${path}/undo`, chosen)
  expect(begun.text).toContain('Of it, 4 rows and the field Department.')
  const { changeSets } = await listChangeSets(portal, ann, { limit: 1 })
  const data = { changeSetId: changeSets[0]?.id as number, organisationId }
  await planUndo(portal, { data })
  const plan = await browser.get(`/changes/${data.changeSetId}`)
  expect(plan.text).toContain('4 accounts go back to what they were. Nothing has been changed yet.')
  await browser.submit(`/changes/${data.changeSetId}/confirmation`)
  await applyChangeSet(portal, { data })
  const page = await browser.get(`/uploads/${upload.id}`)
  expect(page.text).toContain('Some of it taken back by ann@rx1.example')
  expect(page.text).toContain('Take this back')
})

test('an undo that nobody confirmed in time shows no rows, and offers no results', async () => {
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A1,Driver'))
  await apply(portal, ann, upload)
  const undo = await planUndoOf(portal, ann, upload.id)
  await expireUploads(portal, new Date(Date.now() + 60_000), {})
  const page = await browser.get(`/changes/${undo}`)
  expect(page.text).toContain('Nothing was changed.')
  expect(page.html).not.toMatch(/results\.csv|<table/)
})

test('the account’s history says beside each change who took it back: all of it, or some fields', async () => {
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle,Title', 'A1,Matron,Ms'))
  await apply(portal, ann, upload)
  const { accounts } = await findAccounts(portal, ann, { localId: 'A1', limit: 1 })
  const history = async () => (await browser.get(`/accounts/${accounts[0]?.id}`)).text

  const some = await takeBack(portal, ann, upload.id, { fields: ['title'] })
  expect(await history()).toMatch(
    /by row 2 of people\.csv Title Ms \( taken back by ann@rx1\.example, \d+ \w+ \d{4} \) Job title from/,
  )
  await takeBack(portal, ann, some)
  expect(await history()).toMatch(
    /by taking a change back ; taken back by ann@rx1\.example, \d+ \w+ \d{4} Title from Ms/,
  )
  expect(await history()).toContain('by row 2 of people.csv Title Ms Job title from')

  const all = await takeBack(portal, ann, upload.id)
  expect(await history()).toMatch(
    /by row 2 of people\.csv ; taken back by ann@rx1\.example, \d+ \w+ \d{4} Title Ms Job title from/,
  )
  expect((await browser.get(`/accounts/${accounts[0]?.id}`)).html).toContain(
    `<a href="/changes/${all}">taken`,
  )
})

test('a change of which nothing can be taken back offers no choice', async () => {
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A1,Nurse'))
  expect((await browser.get(`/changes/${upload.id}/choice`)).status).toBe(409)
})

test('an auditor sees it and can’t do it; elsewhere there is no such change', async () => {
  const { changeSets } = await listChangeSets(portal, ann, { kind: 'undo', limit: 1 })
  const path = `/changes/${changeSets[0]?.id}`
  const auditor = await pages.signedIn(await makeActor(portal, 'aud@rx1.example', 'auditor', organisationId))
  const seen = await auditor.get(path)
  expect(seen.text).toContain('Taking back people.csv')
  expect(seen.html).not.toContain('/undo')
  expect((await auditor.submit(`${path}/undo`)).status).toBe(403)
  const other = await makeOrganisation(portal, 'RY2')
  const far = await pages.signedIn(await makeActor(portal, 'far@ry2.example', 'local-administrator', other))
  expect((await far.get(path)).status).toBe(404)
  expect((await far.get('/changes')).text).toContain('Nothing has been changed yet.')
})

async function jobTitle(): Promise<string | null | undefined> {
  return (await findAccounts(portal, ann, { localId: 'A1', limit: 1 })).accounts[0]?.jobTitle
}
