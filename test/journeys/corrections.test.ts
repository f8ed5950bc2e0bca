import { expect, test } from 'vitest'
import { person } from '../support/browser.ts'
import { cellsOf } from '../support/cells.ts'
import { aTrustWith } from '../support/trust.ts'
import { csv } from '../support/upload.ts'

const HEADING = 'LocalID,FirstName,LastName,Mobile'
const trust = aTrustWith(
  csv(
    HEADING,
    '0001,Jane,Smith,07700 900001',
    '0002,Omar,Khan,07700 900002',
    '0003,Eva,Novák,07700 900003',
    '0004,Ada,Byrne,07700 900004',
  ),
)

test('a file that can’t be used is refused with what to do, and corrected', async () => {
  const ann = await person(trust.browser, trust.muster.url)
  await ann.signsIn('ann@trust.example')

  await ann.sendsFile({ name: 'people.xlsx', content: `PK\x03\x04${'\0'.repeat(26)}[Content_Types].xml` })
  await ann.sees('There is a problem')
  await ann.sees(/The file is damaged/)
  expect(await ann.page.title()).toMatch(/^Error: /)

  await ann.sendsFile({ name: 'empty.csv', content: '' })
  await ann.sees('There is a problem')
  await ann.sees(/The selected file is empty/)

  await ann.goesTo('/uploads/new')
  await ann.clicks('Check this file')
  await ann.sees('There is a problem')

  await ann.sendsFile({ name: 'people.csv', content: csv('Jane,Smith', 'Omar,Khan') })
  await ann.sees('people.csv could not be used')
  await ann.sees('Nothing was changed.')
  await ann.clicks('Send another file')

  await ann.sendsFile({ name: 'people.csv', content: csv('LocalID,JobTitle', '0001,Nurse') })
  await ann.sees('1 account already exists and will be updated.')
  await ann.clicks('Cancel this upload')
  await ann.sees('Nothing was changed.')
  expect(ann.complaints).toEqual([])
  await ann.closes()
})

test('rows with errors: listed by kind, downloaded, corrected, sent again', async () => {
  const ann = await person(trust.browser, trust.muster.url)
  await ann.signsIn('ann@trust.example')
  const file = csv(
    'LocalID,Mobile,JobTitle',
    '1,07700 900009,Nurse',
    '0002,0123,Porter',
    '0003,999,Sister',
    '0004,,Matron',
  )
  await ann.sendsFile({ name: 'people.csv', content: file })
  await ann.sees('1 account already exists and will be updated.')
  await ann.sees('3 rows have errors and will be left out.')
  await ann.sees(/Local ID that lost its leading zeros: 1 row/)
  await ann.clicks('Use the repaired values (1)')
  await ann.sees('2 accounts already exist and will be updated.')
  await ann.clicks('Leave them as errors')
  await ann.clicks('Errors (3)')
  await ann.sees(/has lost the leading zeros of “0001”/)
  const kinds = ann.page.getByRole('navigation', { name: 'Kinds of errors' }).getByRole('listitem')
  expect(await kinds.allInnerTexts()).toEqual([
    'All',
    'Not a mobile number 2',
    'Local ID that lost its leading zeros 1',
  ])
  await ann.clicks('Not a mobile number')
  await ann.sees(/“0123” is not a UK mobile number/)
  await ann.sees(/“999” is not a UK mobile number/)
  await ann.doesNotSee(/has lost the leading zeros of/)

  // Going on without them.
  const problems = await ann.downloads('Download the rows with errors')
  expect(cellsOf(problems.text)).toEqual([
    ['LocalID', 'Mobile', 'JobTitle', 'Problem'],
    ['1', '07700 900009', 'Nurse', expect.stringContaining('has lost the leading zeros of “0001”')],
    ['0002', '0123', 'Porter', expect.stringContaining('“0123” is not a UK mobile number')],
    ['0003', '999', 'Sister', expect.stringContaining('“999” is not a UK mobile number')],
  ])
  await ann.clicks('Update 1 account')
  await ann.sees('1 account updated')
  const failed = await ann.downloads('Download failed rows')
  expect(failed.name).toBe('people failed rows.csv')
  expect(failed.text).toBe(problems.text)

  // Corrected and sent again, as downloaded.
  const corrected = failed.text
    .replace(/^1,/m, '0001,')
    .replace(',0123,', ',07700 900008,')
    .replace(',999,', ',07700 900003,')
  await ann.sendsFile({ name: failed.name, content: corrected })
  await ann.sees('3 accounts already exist and will be updated.')
  await ann.clicks('Update 3 accounts')
  await ann.sees('3 accounts updated')
  await ann.closes()
})

test('possible duplicates are left out, but for whom Ann decides to create', async () => {
  const ann = await person(trust.browser, trust.muster.url)
  await ann.signsIn('ann@trust.example')
  const file = csv(
    HEADING,
    '2,Other,Person,07700 900032',
    '77,Eva,Novák,07700 900003',
    '78,Ada,New,07700 900078',
  )
  await ann.sendsFile({ name: 'starters.csv', content: file }, 'Create new accounts only')
  await ann.sees('1 new account will be created.')
  await ann.sees(/2 rows look like people who are there already/)
  await ann.clicks('Possible duplicates (2)')
  await ann.page
    .getByRole('group', { name: /of row 3/ })
    .getByLabel('Create a new account')
    .check()
  await ann.clicks('Create 2 accounts')
  await ann.sees('2 accounts created')
  await ann.sees('left out as a possible duplicate')
  const results = await ann.downloads('Download results')
  expect(cellsOf(results.text).map((row) => [row[0], row[4]])).toEqual([
    ['LocalID', 'Result'],
    ['2', 'Skipped'],
    ['77', 'Created'],
    ['78', 'Created'],
  ])
  await ann.goesTo('/accounts?search=eva')
  await ann.sees(/2 people/)
  await ann.closes()
})
