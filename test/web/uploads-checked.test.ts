import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import type { Portal } from '../../src/portal.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, check, create, csv } from '../support/upload.ts'
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
  const people = Array.from(
    { length: 230 },
    (_, at) => `${String(at).padStart(4, '0')},Jane,Smith,Nurse,07700 900${String(at).padStart(3, '0')}`,
  )
  await create(portal, ann, 'RX1', csv('LocalID,FirstName,LastName,JobTitle,Mobile', ...people))
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

const rowsIn = (html: string) => [...html.matchAll(/data-label="Row">(\d+)</g)].map(([, row]) => Number(row))

const errorRowsIn = (html: string) => [...html.matchAll(/<h3[^>]*>Row (\d+)/g)].map(([, row]) => Number(row))

test('one of each, in the singular, and nothing changed yet', async () => {
  const file = csv('LocalID,JobTitle,Mobile', '0001,Sister,', '0002,Nurse,', '0003,,12345')
  const { upload } = await check(portal, ann, 'RX1', file)
  const page = await browser.get(`/uploads/${upload.id}`)
  expect(page.html).toContain('<title>people.csv – Muster</title>')
  expect(page.html).toContain('<strong>1 account already exists and will be updated.</strong>')
  expect(page.text).toContain(
    '1 row changes nothing. 1 row has errors and will be left out. Nothing has been changed yet.',
  )
  expect(page.text).toContain('Will be updated (1)')
  expect(page.text).toContain('Errors (1)')
  expect(page.text).toContain('No change (1)')
  expect(page.text).toContain('Update 1 account Cancel this upload')
  expect(page.text).toContain('SMITH, Jane (RX1)')
  expect(page.text).toMatch(/Job title from Nurse → to Sister/)
  expect(page.html).toMatch(/<a href="\/accounts\/\d+">SMITH, Jane \(RX1\)<\/a>/)
})

test('many of each, with emptied fields, filters by field, and a page after the other, both ways', async () => {
  const rows = Array.from({ length: 220 }, (_, at) => {
    const localId = String(at).padStart(4, '0')
    return at < 210 ? `${localId},Sister,${at < 5 ? '[clear]' : ''},` : `${localId},,,`
  })
  const file = csv('LocalID,JobTitle,Department,Password', ...rows)
  const { upload } = await check(portal, ann, 'RX1', file.replace('0209,Sister,', '0209,Sister,Estates'))
  const path = `/uploads/${upload.id}`
  const first = await browser.get(path)
  expect(first.text).toContain('210 accounts already exist and will be updated. 10 rows change nothing.')
  expect(first.text).toContain('Update 210 accounts')
  expect(first.text).not.toContain('Check this first') // that a column changes in every row is what files are for
  expect(first.text).toContain('The password column was ignored')
  expect(rowsIn(first.html)).toEqual(Array.from({ length: 25 }, (_, at) => at + 2))
  expect(first.text).toContain('Rows 1–25 of 210 Next Rows on a page: 25 50 100 250')

  const wayOn = (html: string, rel: string) =>
    new RegExp(`href="([^"]*)#rows" rel="${rel}"`).exec(html)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const next = await browser.get(wayOn(first.html, 'next'))
  expect(rowsIn(next.html)[0]).toBe(27)
  expect(next.text).toContain('Rows 26–50 of 210 Previous Next')
  expect(next.text).not.toContain('What we assumed') // the first page has said it
  const third = await browser.get(wayOn(next.html, 'next'))
  const back = await browser.get(wayOn(third.html, 'prev'))
  expect(rowsIn(back.html)).toEqual(rowsIn(next.html))
  expect(wayOn(back.html, 'prev')).toBe(`${path}?show=update`)
  const last = await browser.get(`${path}?show=update&after=201&from=201`)
  expect(rowsIn(last.html)).toHaveLength(10)
  expect(last.text).toContain('Rows 201–210 of 210 Previous Rows on a page')
  const large = await browser.get(`${path}?show=update&size=250`)
  expect(rowsIn(large.html)).toHaveLength(210)

  expect(first.text).toMatch(/Job title 210\b/)
  const filtered = await browser.get(`${path}?show=update&field=department`)
  expect(rowsIn(filtered.html)).toEqual([211])
  expect(filtered.text).toMatch(/Department \(empty\) → to Estates/)
})

test('a cleared field is marked as emptied, with what it held', async () => {
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', '0001,[clear]'))
  const page = await browser.get(`/uploads/${upload.id}`)
  expect(page.text).toMatch(/Job title from Nurse → to emptied/)
  expect(page.text).toMatch(/Job title 1 \(all emptied\)/)
})

test('errors: their kinds with counts first, then row, column, cell, and what to do', async () => {
  const file = csv(
    'LocalID,Mobile,HideMobile',
    '1,,',
    '2,,',
    '0003,7.7E+09,perhaps',
    '0004,7700900999,',
    '0005,12345,<b>no</b>',
  )
  const { upload } = await check(portal, ann, 'RX1', file)
  const page = await browser.get(`/uploads/${upload.id}?show=errors`)
  expect(page.text).toContain(
    'Local ID that lost its leading zeros: 2 rows, of which the directory tells what was meant.',
  )
  expect(page.text).toContain('All Neither Yes nor No 2 Local ID that lost its leading zeros 2')
  expect(page.text).toContain('Not a mobile number 1')
  expect(page.text).not.toContain('mobile without zero') // a warning of a row that goes through
  expect(page.text).toMatch(/LocalID Mobile HideMobile 0003 7\.7E\+09 \(wrong\) perhaps \(wrong\)/)
  expect(page.text).toMatch(/Mobile: “7\.7E\+09” is what a spreadsheet shows of “\+447700900003”/)
  expect(page.text).toContain('<b>no</b>')
  expect(page.html).not.toContain('<b>no</b>')
  expect(errorRowsIn(page.html)).toEqual([2, 3, 4, 6])
  expect(page.text).toContain('The local ID “1” has lost the leading zeros of “0001”.')

  const filtered = await browser.get(`/uploads/${upload.id}?show=errors&problem=not-a-mobile`)
  expect(errorRowsIn(filtered.html)).toEqual([6])
  const warned = await browser.get(`/uploads/${upload.id}?show=warnings&problem=mobile-without-zero`)
  expect(rowsIn(warned.html)).toEqual([5])

  expect(page.text).toContain('Use the repaired values (2)')
  const repaired = await browser.submit(`/uploads/${upload.id}/repairs`, {
    ...{ kind: 'leading-zeros-lost', accept: 'yes' },
  })
  expect(repaired.text).toContain('The repaired values are used. Leave them as errors')
  expect(repaired.text).toContain('2 rows have errors')
  await browser.submit(`/uploads/${upload.id}/repairs`, { kind: 'leading-zeros-lost', accept: 'no' })

  const file2 = await browser.get(`/uploads/${upload.id}/problems.csv`)
  expect(file2.headers['content-disposition']).toContain('people rows with errors.csv')
  expect(file2.bytes.toString().split('\r\n')[0]).toBe('\uFEFFLocalID,Mobile,HideMobile,Problem')
})

test('possible duplicates stand beside whom they look like; the number on the button follows the choices', async () => {
  const file = csv(
    'LocalID,FirstName,LastName,Mobile',
    'N1,Jane,Smith,07700 900001',
    'N2,Jane,Smith,07700 900002',
    'N3,Omar,Khan,07700 900500',
  )
  const { upload } = await check(portal, ann, 'RX1', file, 'both')
  const path = `/uploads/${upload.id}`
  const first = await browser.get(path)
  expect(first.text).toContain(
    '1 new account will be created. 2 rows look like people who are there already: they are left out, unless you decide otherwise.',
  )
  expect(first.text).toContain('Create 1 account Cancel')
  const tab = await browser.get(`${path}?show=possible-duplicates`)
  expect(tab.text).toMatch(/Row 2: .* looks like SMITH, Jane \(RX1\)/)
  expect(tab.text).toContain('Local ID 0001 N1 (differs)')
  expect(tab.text).toContain('Mobile 07700 900 001 07700 900 001')

  // On the way to another tab what was chosen is kept.
  const other = `${path}?show=create#rows`
  const kept = await browser.submit(`${path}/decisions`, {
    ...{ 'row-2': 'create', 'row-3': 'leave-out', go: other },
  })
  expect(kept.url).toContain('show=create')
  expect(kept.text).toContain('as you decided, 1 will be created, 1 left out.')
  expect(kept.text).toContain('Create 2 accounts Cancel')
  expect((await browser.get(`${path}?show=possible-duplicates`)).html).toMatch(
    /name="row-2" value="create" checked/,
  )
  expect((await findUpload(portal, ann, upload.id)).decided).toEqual({ create: 1, update: 0 })
  const elsewhere = await browser.submit(`${path}/decisions`, { go: 'https://evil.example/' })
  expect(elsewhere.url).toBe(path)

  const all = await browser.submit(`${path}/decisions`, { 'row-2': 'leave-out', all: 'create' })
  expect(all.text).toContain('Create 3 accounts')
  const none = await browser.submit(`${path}/decisions`, { all: 'leave-out' })
  expect(none.text).toContain('Create 1 account ')

  // With one press: what is chosen on the page, and the rest of the plan.
  const pressed = await browser.submit(`${path}/confirmation`, { 'row-2': 'leave-out', 'row-3': 'create' })
  expect(pressed.text).toContain('is waiting to start')
  expect((await findUpload(portal, ann, upload.id)).decided).toEqual({ create: 1, update: 0 })
})

test('where all hangs on what is decided, nothing goes on before something is', async () => {
  const file = csv('LocalID,FirstName,LastName,Mobile', 'N1,Jane,Smith,07700 900001')
  const { upload } = await check(portal, ann, 'RX1', file, 'both')
  const path = `/uploads/${upload.id}`
  const page = await browser.get(path)
  expect(page.text).toContain('Apply what you chose')
  const undecided = await browser.submit(`${path}/confirmation`, { 'row-2': 'leave-out' })
  expect(undecided.status).toBe(400)
  expect(undecided.text).toContain('So far nothing would be changed.')
  expect((await findUpload(portal, ann, upload.id)).status).toBe('checked')
})

test('where nothing would change there is nothing to upload', async () => {
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', '0001,Nurse'))
  const page = await browser.get(`/uploads/${upload.id}`)
  expect(page.text).toContain('There is nothing to do: the directory already says what is in the row.')
  expect(page.text).toContain('Send another file')
  expect(page.text).not.toMatch(/Update \d|Cancel this upload/)
  const list = await browser.get('/uploads')
  expect(list.text).toMatch(/Nothing to change 1 no change/)
})

test('a plan whose accounts were changed meanwhile says so', async () => {
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', '0007,Matron', '0008,Matron'))
  const path = `/uploads/${upload.id}`
  expect((await browser.get(path)).text).not.toContain('since this check')
  const other = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', '0007,Porter', '0009,Porter'))
  await apply(portal, ann, other.upload)
  expect((await browser.get(path)).text).toContain('1 account has changed since this check.')
  const again = await browser.submit(`${path}/check`)
  expect(again.text).toContain('Checking people.csv')
})

test('confirmed twice, it is confirmed once; cancelled, it can’t be confirmed any more', async () => {
  const one = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', '0001,Matron'))
  await browser.get(`/uploads/${one.upload.id}`)
  const page = await browser.submit(`/uploads/${one.upload.id}/confirmation`)
  expect(page.text).toContain('people.csv is waiting to start')
  const again = await browser.submit(`/uploads/${one.upload.id}/confirmation`)
  expect(again.status).toBe(200)
  expect(again.text).toContain('people.csv is waiting to start')

  const cancelled = await browser.submit(`/uploads/${one.upload.id}/cancellation`)
  expect(cancelled.text).toContain('people.csv was cancelled')
  expect(cancelled.text).toContain('Nothing was changed.')
  const late = await browser.submit(`/uploads/${one.upload.id}/confirmation`)
  expect(late.status).toBe(409)
  expect(late.text).toContain('This upload was cancelled.')
})

test('an auditor sees the plan without its buttons; a foreign administrator sees nothing', async () => {
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', '0001,Matron'))
  const auditor = await pages.signedIn(await makeActor(portal, 'aud@rx1.example', 'auditor', organisation))
  const page = await auditor.get(`/uploads/${upload.id}`)
  expect(page.text).toContain('1 account already exists and will be updated.')
  expect(page.text).not.toContain('Update 1 account ')
  expect((await auditor.submit(`/uploads/${upload.id}/confirmation`)).status).toBe(403)

  const other = await makeOrganisation(portal, 'RX2')
  const bob = await makeActor(portal, 'bob@rx2.example', 'local-administrator', other)
  const foreign = await pages.signedIn(bob)
  for (const path of ['', '/progress', '/problems.csv', '/results.csv'])
    expect((await foreign.get(`/uploads/${upload.id}${path}`)).status).toBe(404)
  for (const path of ['/confirmation', '/cancellation', '/decisions', '/repairs', '/check'])
    expect((await foreign.submit(`/uploads/${upload.id}${path}`, { all: 'create' })).status).toBe(404)
})

test('a rejected file says why and what to do', async () => {
  const { upload } = await check(portal, ann, 'RX1', csv('Name,Post', 'Bob,Porter'))
  const page = await browser.get(`/uploads/${upload.id}`)
  expect(page.text).toContain('people.csv could not be used')
  expect(page.text).toContain('holds none of the headings')
  expect(page.text).toContain('Nothing was changed.')
  expect(page.text).toContain('Send another file')
})
