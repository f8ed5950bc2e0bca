import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import type { Portal } from '../../src/portal.ts'
import { runReport } from '../../src/reports/run.ts'
import { checkUpload } from '../../src/uploads/check.ts'
import { listUploads } from '../../src/uploads/find-uploads.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { type Pages, testPages } from '../support/web.ts'
import { sheetRows, xlsx } from '../support/workbooks.ts'

let portal: Portal
let pages: Pages
let ann: Actor
const organisations: Record<string, number> = {}

beforeAll(async () => {
  portal = await testPortal({ uploadMaxBytes: 2_000_000 })
  pages = await testPages(portal)
  for (const code of ['RX1', 'RX2']) organisations[code] = await makeOrganisation(portal, code)
  ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', ...Object.values(organisations))
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

const FILE = { filename: 'people.csv', content: 'LocalID,JobTitle\r\n01,Porter\r\n' }

test('three steps on one page, with update preselected', async () => {
  const browser = await pages.signedIn(ann)
  const page = await browser.get('/uploads/new')
  expect(page.html).toContain('<title>Update accounts from a spreadsheet – Muster</title>')
  const steps = ['Get the current accounts', 'Change them in your spreadsheet', 'Send the file']
  expect(steps.map((step) => page.text.indexOf(step))).toEqual(
    steps.map((step) => page.text.indexOf(step)).sort((one, other) => one - other),
  )
  for (const step of steps) expect(page.text).toContain(step)
  expect(page.html).toMatch(/value="update" checked/)
  expect(page.text).toContain('Nothing is changed until you have seen what would change.')
  expect(page.text).toContain('It must be smaller than 2 MB.')
})

test('a file that is sent is being checked, for the organisation of the form', async () => {
  const browser = await pages.signedIn(ann)
  await browser.get('/uploads/new')
  // The other tab switches the organisation before the form is sent.
  await browser.submit('/organisation', { organisation: String(organisations.RX2), from: '/uploads' })
  const page = await browser.submit('/uploads', { organisation: 'RX1', mode: 'both', file: FILE })
  expect(page.url).toMatch(/^\/uploads\/\d+$/)
  expect(page.text).toContain('Checking people.csv')
  expect(page.text).toContain('for RX1 Trust (RX1)')
  expect(page.text).toContain('Update existing accounts and create new ones')
  expect(page.text).toContain('You can leave this page')
  expect(page.text).toContain('Refresh')
  expect(page.html).not.toMatch(/http-equiv=.?refresh/i)
})

test('where too many files wait, the page says so, and where they are', async () => {
  await using full = await testPortal({ uploadMaxWaitingFiles: 0 })
  const organisation = await makeOrganisation(full, 'RX1')
  const bob = await makeActor(full, 'bob@rx1.example', 'local-administrator', organisation)
  await using served = await testPages(full)
  const browser = await served.signedIn(bob)
  await browser.get('/uploads/new')
  const page = await browser.submit('/uploads', { organisation: 'RX1', mode: 'both', file: FILE })
  expect(page.status).toBe(409)
  expect(page.text).toContain('Upload or cancel some of them, and send it again')
  expect(page.html).toContain('<a href="/uploads">See the uploads that wait</a>')
})

test.for([
  ['no file', { mode: 'update' }, 'Select a file'],
  [
    'an empty file',
    { mode: 'update', file: { filename: 'empty.csv', content: '' } },
    'The selected file is empty',
  ],
  [
    'an old spreadsheet',
    {
      mode: 'update',
      file: { filename: 'a.xls', content: Buffer.from('d0cf11e0a1b11ae1', 'hex') },
    },
    'an old Excel file (.xls)',
  ],
  [
    'a file over the limit',
    { mode: 'update', file: { filename: 'big.csv', content: Buffer.alloc(2_000_001, 'a') } },
    'must be smaller than 2 MB',
  ],
  ['no mode', { file: FILE }, 'Select what this file may do'],
] as const)('%s is said on the form', async ([, fields, message]) => {
  const browser = await pages.signedIn(ann)
  await browser.get('/uploads/new')
  const before = await listUploads(portal, ann, { limit: 100 })
  const page = await browser.submit('/uploads', fields)
  expect(page.status).toBe(400)
  expect(page.html).toContain('<title>Error: Update accounts from a spreadsheet – Muster</title>')
  expect(page.text).toContain('There is a problem')
  const inSummary = /<a href="#(?:file|mode)">([^<]*)<\/a>/.exec(page.html)?.[1]
  expect(inSummary).toContain(message)
  const besideField = /Error: ?<\/span>([^<]*)/.exec(page.html)?.[1]
  expect(besideField).toContain(message)
  expect(await listUploads(portal, ann, { limit: 100 })).toEqual(before)
})

test('a workbook is read, and its page says which sheet, and which others there are', async () => {
  const people = sheetRows(['LocalID', 'JobTitle'], ['01', 'Porter'])
  const content = await xlsx([
    { name: 'Cover', xml: sheetRows(['Staff']) },
    { name: 'A &amp; B', xml: people },
    { name: 'C', xml: people },
  ])
  const file = { filename: 'people.xlsx', content }
  const browser = await pages.signedIn(ann)
  await browser.get('/uploads/new')
  const wrong = await browser.submit('/uploads', { organisation: 'RX1', mode: 'update', sheet: 'D', file })
  expect(wrong.status).toBe(400)
  expect(wrong.html).toMatch(/<a href="#sheet">The file has no sheet “D”/)
  expect(wrong.html).toMatch(/name="sheet"[^>]* value="D"/)
  const page = await browser.submit('/uploads', { organisation: 'RX1', mode: 'update', sheet: '', file })
  const id = Number(/\d+$/.exec(page.url)?.[0])
  await checkUpload(portal, { data: { uploadId: id, organisationId: organisations.RX1 as number } })
  const { text } = await browser.get(page.url)
  expect(text).toContain('We read the sheet “A & B”. The file also has “Cover” and “C”.')
  expect(text).toContain('The file is an Excel workbook (.xlsx), and the sheet “A & B” was read')
  expect(text).not.toContain('separated by')
})

test('the mode chosen stays when the form shows itself again', async () => {
  const browser = await pages.signedIn(ann)
  await browser.get('/uploads/new')
  const page = await browser.submit('/uploads', { mode: 'create' })
  expect(page.html).toMatch(/value="create" checked/)
})

test('auditors and helpdesk neither see the form nor can send it', async () => {
  for (const role of ['auditor', 'local-helpdesk'] as const) {
    const actor = await makeActor(portal, `${role}@rx1.example`, role, organisations.RX1 as number)
    const browser = await pages.signedIn(actor)
    expect((await browser.get('/')).text).not.toContain('Update accounts from a spreadsheet')
    expect((await browser.get('/uploads/new')).status).toBe(403)
    const sent = await browser.submit('/uploads', { mode: 'update', file: FILE })
    expect(sent.status).toBe(403)
  }
})

test('an administrator of one organisation can’t send a file for another', async () => {
  const actor = await makeActor(
    portal,
    'only@rx1.example',
    'local-administrator',
    organisations.RX1 as number,
  )
  const browser = await pages.signedIn(actor)
  await browser.get('/uploads/new')
  const before = await listUploads(portal, ann, { limit: 100 })
  for (const organisation of ['RX2', 'NONE', 'rx2 '])
    expect(await browser.submit('/uploads', { organisation, mode: 'update', file: FILE })).toMatchObject({
      status: 404,
    })
  expect(await listUploads(portal, ann, { limit: 100 })).toEqual(before)
})

test('the template and the sample come as CSV files that can be sent', async () => {
  const browser = await pages.signedIn(ann)
  const template = await browser.get('/downloads/upload-template.csv')
  expect(template.headers['content-disposition']).toContain('upload-template.csv')
  expect(template.bytes.toString()).toMatch(/^\uFEFFID,LocalID,/)
  const sample = await browser.get('/downloads/upload-sample.csv')
  await browser.get('/uploads/new')
  const sent = await browser.submit('/uploads', {
    organisation: 'RX1',
    mode: 'create',
    file: { filename: 'sample.csv', content: sample.bytes },
  })
  expect(sent.text).toContain('Checking sample.csv')
})

test('the accounts are asked for on the page, which then says how far they are, and hands them out', async () => {
  const browser = await pages.signedIn(ann)
  await browser.get('/uploads/new')
  const asked = { organisation: 'RX1', kind: 'upload-file', for: 'upload', format: 'csv' }
  const page = await browser.submit('/reports', asked)
  const [, id] = /^\/uploads\/new\?export=(\d+)&format=csv#export$/.exec(page.url) ?? []
  expect(page.html).toContain(`data-progress="/reports/${id}/progress"`)
  const reportRunId = Number(id)
  await runReport(portal, { data: { reportRunId, organisationId: organisations.RX1 as number } })
  const ready = await browser.get(`/uploads/new?export=${id}&format=csv`)
  expect(ready.html).toContain(`href="/reports/${id}/file.csv"`)
  expect((await browser.get('/uploads/new?export=99999')).status).toBe(404)
  expect((await browser.get('/uploads/new?export=x')).status).toBe(200)
})

test('a note goes with the file; one that is too long is told, and kept in the form', async () => {
  const browser = await pages.signedIn(ann)
  await browser.get('/uploads/new')
  const form = { organisation: 'RX1', mode: 'update', sheet: '' }
  const long = await browser.submit('/uploads', { ...form, note: 'n'.repeat(501), file: FILE })
  expect(long.text).toContain('The note is longer than 500 characters')
  expect(long.html).toContain(`value="${'n'.repeat(501)}"`)
  const sent = await browser.submit('/uploads', {
    ...form,
    note: ' Starters\u0007  of <b>May</b> ',
    file: FILE,
  })
  expect(sent.text).toContain(
    'Note: Starters of &lt;b&gt;May&lt;/b&gt;'.replaceAll('&lt;', '<').replaceAll('&gt;', '>'),
  )
  expect((await browser.get('/uploads')).html).toContain('Starters of &lt;b&gt;May&lt;/b&gt;')
})
