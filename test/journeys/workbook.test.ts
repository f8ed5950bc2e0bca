import { expect, test } from 'vitest'
import { isAccessible, person } from '../support/browser.ts'
import { readWorkbook } from '../support/read-workbook.ts'
import { aTrustWith } from '../support/trust.ts'
import { csv } from '../support/upload.ts'
import { sheetRows, xlsx } from '../support/workbooks.ts'

const trust = aTrustWith(csv('LocalID,FirstName,LastName,Mobile', '0001,Jane,Smith,07700 900001'))

test('a workbook goes out, comes in with two sheets, and its results are one', async () => {
  const ann = await person(trust.browser, trust.muster.url)
  await ann.signsIn('ann@trust.example')
  await ann.clicks('Update accounts from a spreadsheet')
  await ann.sees(/You can drag it here, too/) // by which the page is ready
  const exported = await ann.downloads('Download as Excel file (recommended)')
  await ann.sees('1 account of RX1 Trust:')
  await isAccessible(ann, 'accounts that were downloaded')
  expect(exported.name).toMatch(/^accounts-.*\.xlsx$/)
  const [headings, jane] = (await readWorkbook(exported.bytes)).rows
  expect(headings?.cells).toContain('LocalID')
  expect(jane?.cells).toContain('0001')

  const people = sheetRows(['LocalID', 'JobTitle'], ['0001', 'Nurse'])
  const content = await xlsx([
    { name: 'November', xml: people },
    { name: 'October', xml: people },
  ])
  await ann.sendsFile({ name: 'people.xlsx', content })
  await ann.sees('We read the sheet “November”. The file also has “October”.')
  await ann.sees('1 account already exists and will be updated.')
  await ann.clicks('Update 1 account')
  await ann.sees('1 account updated')
  const results = await ann.downloads('Download results')
  expect(results.name).toBe('people results.xlsx')
  expect((await readWorkbook(results.bytes)).rows[1]?.cells.slice(0, 3)).toEqual(['0001', 'Nurse', 'Updated'])
  expect(ann.complaints).toEqual([])
  await ann.closes()
})

test('without script the accounts come in two steps, and a file is sent with a note', async () => {
  const ann = await person(trust.browser, trust.muster.url, {
    javaScriptEnabled: false,
    viewport: { width: 320, height: 800 },
  })
  await ann.signsIn('ann@trust.example')
  await ann.goesTo('/uploads/new')
  await ann.clicks('Download as CSV')
  await ann.waitsFor('1 account of RX1 Trust:')
  const exported = await ann.downloads('download the file')
  expect(exported.name).toMatch(/^accounts-.*\.csv$/)
  await ann.page.getByLabel('A note for colleagues (optional)').fill('Starters of November')
  await ann.page
    .getByLabel('Select a file')
    .setInputFiles({ name: exported.name, mimeType: 'text/csv', buffer: exported.bytes })
  await ann.clicks('Check this file')
  await ann.waitsFor('There is nothing to do: the directory already says what is in the row.')
  await ann.sees('Note: Starters of November')
  await ann.goesTo('/uploads')
  await ann.sees('Starters of November')
  await ann.closes()
})

test('a file that is dropped is the one that is sent', async () => {
  const ann = await person(trust.browser, trust.muster.url)
  await ann.signsIn('ann@trust.example')
  await ann.goesTo('/uploads/new')
  await ann.sees(/You can drag it here, too/)
  const dropped = await ann.page.evaluateHandle(
    `const it = new DataTransfer(); it.items.add(new File(['LocalID,JobTitle\\n0001,Matron\\n'], 'dropped.csv')); it`,
  )
  await ann.page.dispatchEvent('[data-drop]', 'drop', { dataTransfer: dropped })
  await ann.clicks('Check this file')
  await ann.sees('1 account already exists and will be updated.')
  expect(ann.complaints).toEqual([])
  await ann.closes()
})
