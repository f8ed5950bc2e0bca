import { expect, test } from 'vitest'
import { person } from '../support/browser.ts'
import { aTrustWith } from '../support/trust.ts'
import { csv } from '../support/upload.ts'

const HEADING = 'LocalID,FirstName,LastName,Mobile'
const trust = aTrustWith(
  csv(HEADING, '0001,Jane,Smith,07700 900001', '0002,Omar,Khan,07700 900002', '0003,Eva,Novák,07700 900003'),
)

test('a file that can’t be used is refused with what to do, and corrected', async () => {
  const ann = await person(trust.browser, trust.muster.url)
  await ann.signsIn('ann@trust.example')

  await ann.sendsFile({ name: 'people.xlsx', content: `PK\x03\x04${'\0'.repeat(26)}[Content_Types].xml` })
  await ann.sees('There is a problem')
  await ann.sees(/not a CSV file/)
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
  const file = csv('LocalID,Mobile,JobTitle', '1,07700 900009,Nurse', '0002,0123,Porter', '0003,,Sister')
  await ann.sendsFile({ name: 'people.csv', content: file })
  await ann.sees('1 account already exists and will be updated.')
  await ann.sees('2 rows have errors and will be left out.')
  await ann.sees(/1 local ID has lost its leading zeros/)
  await ann.clicks('Errors (2)')
  await ann.sees(/spreadsheets drop leading zeros/)
  await ann.clicks('Not a UK mobile number')
  await ann.sees(/“0123” is not a UK mobile number/)
  await ann.doesNotSee(/spreadsheets drop leading zeros/)

  // Going on without them.
  const problems = await ann.downloads('Download the rows with errors')
  expect(problems.text).toContain('Problem')
  await ann.clicks('Upload 1 change')
  await ann.sees('1 account updated')
  const failed = await ann.downloads('Download failed rows')
  expect(failed.text.split('\r\n')).toHaveLength(4)

  // Corrected and sent again, as downloaded.
  const corrected = failed.text.replace(/^1,/m, '0001,').replace(',0123,', ',07700 900008,')
  await ann.sendsFile({ name: failed.name, content: corrected })
  await ann.sees('2 accounts already exist and will be updated.')
  await ann.clicks('Upload 2 changes')
  await ann.sees('2 accounts updated')
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
  await ann.sees(/2 rows look like people who are in the directory already/)
  await ann.clicks('Possible duplicates (2)')
  await ann.page.getByRole('group', { name: /Row 3/ }).getByLabel('Create a new account').check()
  await ann.clicks('Keep these choices')
  await ann.clicks('Upload 2 changes')
  await ann.sees('2 accounts created')
  await ann.sees(/1 row/)
  await ann.closes()
})
