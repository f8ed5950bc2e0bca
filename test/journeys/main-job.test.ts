import { expect, test } from 'vitest'
import { person } from '../support/browser.ts'
import { cellsOf } from '../support/cells.ts'
import { aTrustWith } from '../support/trust.ts'
import { csv, somebody } from '../support/upload.ts'

const PEOPLE = csv(
  'LocalID,FirstName,LastName,Mobile,JobTitle,Department,Site',
  '0001,Jane,Smith,07700 900001,Nurse,Ward 1,Main Hospital',
  "0002,Seán,O'Brien,07700 900002,Porter,Estates,",
  '0003,Łucja,Nowak,07700 900003,Sister,Ward 2,Main Hospital',
)

const trust = aTrustWith(PEOPLE)

test('from the sign-in to the attachment of the e-mail', async () => {
  const ann = await person(trust.browser, trust.muster.url, { hands: 'mouse' })
  await ann.signsIn('ann@trust.example')
  await ann.sees('What do you want to do?')

  // She gets the current entries …
  await ann.clicks('Update accounts from a spreadsheet')
  await ann.sees(/You can drag it here, too/) // by which the page is ready
  const exported = await ann.downloads('Download as CSV')
  expect(exported.text.split('\r\n')).toHaveLength(5)

  // … changes two of them, with a column of her own and a stranger, and sends the file.
  const [heading = '', ...lines] = exported.text.trimEnd().split('\r\n')
  const changed = lines.map((line) => line.replace('Nurse', 'Senior Nurse').replace('Estates', '[clear]'))
  const file = [
    `${heading},Notes`,
    ...changed.map((line) => `${line},mine`),
    heading.replace(/[^,]+/g, (word) => (word.includes('LocalID') ? '0009' : '')).concat(',mine'),
  ].join('\r\n')
  await ann.sendsFile({ name: 'people.csv', content: file })
  await ann.sees('2 accounts already exist and will be updated.')
  await ann.sees('1 row changes nothing.')
  await ann.sees('1 row has errors and will be left out.')
  await ann.sees('Nothing has been changed yet.')
  await ann.sees('Senior Nurse')
  await ann.sees('emptied')
  const upload = new URL(ann.page.url()).pathname

  // She uploads it, and sees the outcome.
  await ann.clicks('Update 2 accounts')
  await ann.sees('2 accounts updated')
  await ann.sees('We’ve sent the results to ann@trust.example.')
  const results = await ann.downloads('Download results')
  expect(results.name).toBe('people results.csv')

  // The account knows who did it, and by which row.
  await ann.page.getByRole('link', { name: /SMITH, Jane/ }).click()
  await ann.sees('Senior Nurse')
  await ann.page.getByRole('link', { name: 'row 2 of people.csv' }).first().click()
  await ann.page.waitForURL((url) => url.pathname === upload)

  // The e-mail has the same file.
  const isIt = (mail: { subject?: string | undefined }) =>
    mail.subject === '2 accounts updated, 1 left out: people.csv'
  await expect.poll(() => trust.muster.smtp.accepted.filter(isIt).length, { timeout: 20_000 }).toBe(1)
  const mail = trust.muster.smtp.accepted.find(isIt)
  expect(mail?.attachments[0]?.filename).toBe('people results.csv')
  expect(mail?.to).toMatchObject({ text: 'ann@trust.example' })
  const attached = mail?.attachments[0]?.content.toString('utf8') ?? ''
  expect(attached).toBe(results.text)

  // … which is the file that she sent, cell for cell, and what came of each row.
  const [sentHeading = [], ...sent] = cellsOf(file)
  const [gotHeading, ...got] = cellsOf(attached)
  expect(gotHeading).toEqual([...sentHeading, 'Result', 'ResultDetail', 'AccountID', 'EmailAddress'])
  expect(got.map((row) => row.slice(0, sentHeading.length))).toEqual(sent)
  expect(got.map((row) => [row.at(-4), row.at(-1)])).toEqual([
    ['Updated', 'jane.smith@staff.example'],
    ['Updated', 'sean.obrien@staff.example'],
    ['No change', 'lucja.nowak@staff.example'],
    ['Failed', ''],
  ])
  expect(mail?.text).not.toMatch(/Smith|Jane/)
  expect(ann.complaints).toEqual([])
  await ann.closes()
})

test('without script, the whole main job', async () => {
  const ann = await person(trust.browser, trust.muster.url, { javaScriptEnabled: false })
  await ann.signsIn('ann@trust.example')
  await ann.clicks('Reports')
  await ann.clicks(/Run.*Export as upload file/)
  await ann.waitsFor(/Last run on/)
  const exported = await ann.downloads(/Download CSV file of the Export as upload file/)
  expect(cellsOf(exported.text)).toHaveLength(4)

  // Enough rows that it takes a while: there is something to be refreshed.
  const starters = Array.from({ length: 6000 }, (_, n) => `N${n},${somebody(n)},Nurse`)
  const file = csv(
    'LocalID,FirstName,LastName,Mobile,JobTitle',
    '0003,,,,Matron',
    '0002,,,,Clerk',
    ...starters,
  )
  await ann.sendsFile({ name: 'plain.csv', content: file }, 'Both')
  await ann.sees('Refresh')
  await ann.waitsFor('2 accounts already exist and will be updated.')
  await ann.sees('6,000 new accounts will be created.')
  await ann.clicks('Update 2 and create 6,000')
  await ann.sees('Refresh')
  await ann.waitsFor('2 accounts updated, 6,000 accounts created')
  const results = await ann.downloads('Download results')
  expect(cellsOf(results.text)).toHaveLength(6003)
  await ann.goesTo('/accounts?search=nowak')
  await ann.clicks(/NOWAK, Łucja/)
  await ann.sees('Matron')
  await ann.closes()
})
