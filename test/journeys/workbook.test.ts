import { expect, test } from 'vitest'
import { person } from '../support/browser.ts'
import { readWorkbook } from '../support/read-workbook.ts'
import { aTrustWith } from '../support/trust.ts'
import { csv } from '../support/upload.ts'
import { sheetRows, xlsx } from '../support/workbooks.ts'

const trust = aTrustWith(csv('LocalID,FirstName,LastName,Mobile', '0001,Jane,Smith,07700 900001'))

test('a workbook goes out, comes in with two sheets, and its results are one', async () => {
  const ann = await person(trust.browser, trust.muster.url)
  await ann.signsIn('ann@trust.example')
  await ann.clicks('Update accounts from a spreadsheet')
  await ann.clicks('Download your organisation’s accounts')
  await ann.waitsFor(/Last run on/)
  const exported = await ann.downloads(/Download Excel file of the Export as upload file/)
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
