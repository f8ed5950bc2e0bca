import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import type { Portal } from '../../src/portal.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, check, create, csv, receive } from '../support/upload.ts'
import { type Browser, type Pages, testPages } from '../support/web.ts'

let portal: Portal
let pages: Pages
let ann: Actor
let browser: Browser
let organisation: number

beforeAll(async () => {
  portal = await testPortal()
  pages = await testPages(portal)
  organisation = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', organisation)
  browser = await pages.signedIn(ann)
  const people = Array.from({ length: 30 }, (_, at) => `A${at},Jane,Smith,Nurse,07700 9000${10 + at}`)
  await create(portal, ann, 'RX1', csv('LocalID,FirstName,LastName,JobTitle,Mobile', ...people))
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

const rowsIn = (html: string) => [...html.matchAll(/data-label="Row">(\d+)</g)].map(([, row]) => Number(row))

const change = (statement: ReturnType<typeof sql>) =>
  portal.database.transaction('everything', (tx) => tx.run(statement))

test('while it is under way: how far it is, for people and for the script', async () => {
  const id = await receive(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A1,Porter'))
  const progress = JSON.parse((await browser.get(`/uploads/${id}/progress`)).html)
  expect(progress).toEqual({ status: 'checking', done: 0, total: 2, words: '0 of about 2 rows checked' })

  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A1,Porter', 'A2,Porter'))
  await confirmChangeSet(portal, ann, upload.id)
  expect((await browser.get(`/uploads/${upload.id}`)).text).toContain('This one begins by itself.')
  await change(sql`update change_set set status = 'applying', mark = 2 where id = ${upload.id}`)
  const page = await browser.get(`/uploads/${upload.id}`)
  expect(page.text).toContain('Uploading people.csv')
  expect(page.text).toContain('1 of 2 rows done')
  expect(page.html).toContain('max="2" value="1"')
  expect(page.text).toContain('Stop after the current rows')
  const stopping = await browser.submit(`/uploads/${upload.id}/cancellation`)
  expect(stopping.text).toContain('Stopping after the current rows.')
  await change(
    sql`update change_set set status = 'cancelled', results = '{"updated":1,"skipped":1}' where id = ${upload.id}`,
  )
  const stopped = await browser.get(`/uploads/${upload.id}`)
  expect(stopped.text).toContain('people.csv was stopped')
  expect(stopped.text).toContain('1 account updated before it was stopped.')
  expect(stopped.text).toContain('1 row skipped: not reached')
})

test('completed: what was done, what was left out and why, the files, the rows', async () => {
  const file = csv(
    'LocalID,JobTitle,Mobile',
    'A3,Matron,',
    'A4,Matron,',
    'A5,Nurse,',
    'A6,,12345',
    'Zz,Matron,',
  )
  const { upload } = await check(portal, ann, 'RX1', file)
  await apply(portal, ann, upload)
  const path = `/uploads/${upload.id}`
  const page = await browser.get(path)
  expect(page.html).toContain('<title>2 accounts updated – Muster</title>')
  expect(page.html).toMatch(/<h1 class="nhsuk-panel__heading">2 accounts updated<\/h1>/)
  expect(page.text).toContain(`Reference: upload ${upload.id}`)
  expect(page.text).toContain('2 rows failed: an error in the row')
  expect(page.text).toContain('1 row without a change')
  expect(page.text).toContain('This portal sends no e-mail')
  expect(rowsIn(page.html)).toEqual([2, 3, 4, 5, 6])

  const failed = await browser.get(`${path}?result=failed`)
  expect(rowsIn(failed.html)).toEqual([5, 6])
  expect(failed.text).toContain('“12345” is not a UK mobile number')
  const results = await browser.get(`${path}/results.csv`)
  expect(results.headers['content-type']).toBe('text/csv; charset=utf-8')
  expect(results.bytes.toString()).toContain('A3,Matron,,Updated')
  const failedRows = await browser.get(`${path}/failed-rows.csv`)
  expect(failedRows.bytes.toString().trim().split('\r\n')).toHaveLength(3)
})

test('a global administrator is shown the way to the outbox; with a mail server it says to whom it was sent', async () => {
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A7,Matron'))
  await apply(portal, ann, upload)
  const root = await pages.signedIn(await makeActor(portal, 'root@muster.example', 'global-administrator'))
  expect((await root.get(`/uploads/${upload.id}`)).html).toContain('<a href="/outbox">outbox</a>')

  await using mailing = await testPages({ ...portal, mailer: { ...portal.mailer, sends: true } })
  const withMail = await mailing.signedIn(ann)
  expect((await withMail.get(`/uploads/${upload.id}`)).text).toContain(
    'We’ve sent the results to ann@rx1.example.',
  )
})

test('when its days are over, the numbers stay and the page says what is gone', async () => {
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A8,Matron', 'A9,Nurse'))
  await apply(portal, ann, upload)
  await change(sql`update upload set expired_at = '2026-11-20 12:00+00' where id = ${upload.id}`)
  const page = await browser.get(`/uploads/${upload.id}`)
  expect(page.text).toContain('1 account updated')
  expect(page.text).toContain('were removed on 20 November 2026')
  expect(page.text).not.toContain('Download')
  expect(rowsIn(page.html)).toEqual([])
  const gone = await browser.get(`/uploads/${upload.id}/results.csv`)
  expect(gone.status).toBe(410)
})

test('failed: an apology, what was changed, a reference', async () => {
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A10,Matron'))
  await change(sql`update change_set set status = 'failed',
    reason = '{"code":"check-failed","message":"Something went wrong on our side."}' where id = ${upload.id}`)
  const page = await browser.get(`/uploads/${upload.id}`)
  expect(page.text).toContain('Sorry, people.csv could not be finished')
  expect(page.text).toContain('No account was changed.')
  expect(page.text).toContain(`upload ${upload.id}`)
})

test('the list has the newest first, with status and numbers, and goes on to older ones', async () => {
  const { upload } = await check(
    portal,
    ann,
    'RX1',
    csv('LocalID,JobTitle', 'A11,Matron', 'A12,Nurse', 'Q,x'),
  )
  const page = await browser.get('/uploads')
  expect(page.text).toMatch(
    /people\.csv \d+ \w+ \d{4} at \S+ ann@rx1\.example Waiting for confirmation 1 to update, 1 no change, 1 error/,
  )
  expect(page.html.indexOf(`href="/uploads/${upload.id}"`)).toBeGreaterThan(0)
  expect(page.text).not.toContain('Next uploads')
  const older = await browser.get(`/uploads?after=${upload.id}`)
  expect(older.html).not.toContain(`href="/uploads/${upload.id}"`)
  expect(older.text).toContain('Back to the first uploads')
})
