import { buffer } from 'node:stream/consumers'
import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import type { Portal } from '../../src/portal.ts'
import { reportText } from '../../src/reports/report-file.ts'
import { csvAsXlsx } from '../../src/spreadsheets/csv-as-xlsx.ts'
import { sendResults } from '../../src/uploads/send-results.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { readWorkbook } from '../support/read-workbook.ts'
import { apply, check, create, csv } from '../support/upload.ts'
import { type Browser, type Pages, testPages } from '../support/web.ts'
import { sheetRows, xlsx } from '../support/workbooks.ts'

let portal: Portal
let own: number
let ann: Actor
let pages: Pages
let browser: Browser

beforeAll(async () => {
  portal = await testPortal()
  own = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', own)
  const people = ['0012,Zoë,O’Brien,07700900001,"=HYPERLINK(1)"', "0013,Al,May,07700900002,'=x"]
  await create(portal, ann, 'RX1', csv('LocalID,FirstName,LastName,Mobile,Description', ...people))
  pages = await testPages(portal)
  browser = await pages.signedIn(ann)
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

test('the export as a workbook, sent back unedited, changes nothing', async () => {
  const content = reportText(portal, ann, { kind: 'upload-file', organisationCode: 'RX1' })
  const workbook = await buffer(csvAsXlsx({ filename: 'accounts.csv', content }).content)
  const { upload } = await check(portal, ann, 'RX1', workbook)
  expect(upload).toMatchObject({ format: 'xlsx', sheet: 'Accounts', otherSheets: [] })
  expect(upload.counts).toMatchObject({ rows: 2, unchanged: 2, update: 0, error: 0 })
})

test('who sent a workbook gets one back, with the rows where they were, on the page and by mail', async () => {
  const rows = [['LocalID', 'JobTitle'], ['0012', 'Porter'], [], ['0099', 'Nurse']]
  const { upload } = await check(portal, ann, 'RX1', await xlsx(sheetRows(...rows)))
  const path = `/uploads/${upload.id}`
  const checked = await browser.get(path)
  expect(checked.html).toContain(`<a href="${path}/problems.xlsx" download>`)
  const problems = await readWorkbook((await browser.get(`${path}/problems.xlsx`)).bytes)
  expect(problems.rows.map(({ cells }) => cells.slice(0, 2))).toEqual([
    ['LocalID', 'JobTitle'],
    ['0099', 'Nurse'],
  ])

  await apply(portal, ann, upload)
  const ended = await browser.get(path)
  expect(ended.html).toContain(`<a href="${path}/results.xlsx" download>Download results</a>`)
  const results = await browser.get(`${path}/results.xlsx`)
  expect(results.headers['content-type']).toMatch(/spreadsheetml\.sheet$/)
  expect(results.headers['content-disposition']).toContain('people results.xlsx')
  const read = await readWorkbook(results.bytes)
  expect(read.rows.map(({ row, cells }) => [row, ...cells.slice(0, 3)])).toEqual([
    [1, 'LocalID', 'JobTitle', 'Result'],
    [2, '0012', 'Porter', 'Updated'],
    [4, '0099', 'Nurse', 'Failed'],
  ])
  expect((await browser.get(`${path}/failed-rows.xlsx`)).status).toBe(200)

  await sendResults(portal, { uploadId: upload.id, organisationId: own })
  const mail = await portal.database.transaction('everything', (tx) =>
    tx.row<{ name: string; content: Buffer }>(
      sql`select attachment_name as name, attachment as content from mail where change_set_id = ${upload.id}`,
    ),
  )
  expect(mail?.name).toBe('people results.xlsx')
  expect((await readWorkbook(mail?.content as Buffer)).rows).toEqual(read.rows)
})

test('the template and the sample are workbooks too', async () => {
  const sample = await readWorkbook((await browser.get('/downloads/upload-sample.xlsx')).bytes)
  expect(sample.rows).toHaveLength(4)
  expect(sample.rows[1]?.cells.slice(0, 2)).toEqual(['', '0012345'])
  const template = await browser.get('/downloads/upload-template.xlsx')
  expect(template.headers['content-disposition']).toContain('upload-template.xlsx')
})
