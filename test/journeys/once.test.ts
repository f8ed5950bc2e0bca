import { expect, test } from 'vitest'
import { person } from '../support/browser.ts'
import { aTrustWith } from '../support/trust.ts'
import { csv } from '../support/upload.ts'

const HEADING = 'LocalID,FirstName,LastName,Mobile'
const trust = aTrustWith(csv(HEADING, '0001,Jane,Smith,07700 900001', '0002,Omar,Khan,07700 900002'))

/** A name for each number: digits are no part of one. */
function letters(n: number): string {
  return [...String(n)].map((digit) => String.fromCharCode(97 + Number(digit))).join('')
}

test('confirmed in two tabs, pressed twice and reloaded, a file is applied once', async () => {
  const ann = await person(trust.browser, trust.muster.url)
  await ann.signsIn('ann@trust.example')
  await ann.sendsFile({ name: 'people.csv', content: csv('LocalID,JobTitle', '0001,Nurse', '0002,Porter') })
  await ann.sees('2 accounts already exist and will be updated.')
  const other = await ann.page.context().newPage()
  await other.goto(ann.page.url())
  await Promise.all([
    ann.page.getByRole('button', { name: 'Upload 2 changes' }).dblclick(),
    other.getByRole('button', { name: 'Upload 2 changes' }).click(),
  ])
  await ann.sees('2 accounts updated')
  await other.goto(ann.page.url())
  await other.getByRole('heading', { name: '2 accounts updated' }).waitFor()
  await ann.page.reload()
  await ann.goesTo('/accounts?search=smith')
  await ann.clicks(/SMITH, Jane/)
  await ann.sees('History')
  expect(await ann.page.getByText(/Changed on/).count()).toBe(1)
  await ann.closes()
})

test('stopped in the middle, the page and the file say what was done and what was not', async () => {
  const ann = await person(trust.browser, trust.muster.url)
  await ann.signsIn('ann@trust.example')
  const people = Array.from({ length: 40_000 }, (_, n) => `N${n},Jo,${letters(n)},07700 900123`)
  await ann.sendsFile({ name: 'starters.csv', content: csv(HEADING, ...people) }, 'Create new accounts only')
  await ann.sees('40,000 new accounts will be created.')
  await ann.clicks('Upload 40,000 changes')
  await ann.clicks('Stop after the current rows')
  await ann.sees('starters.csv was stopped')
  const results = await ann.downloads('Download results')
  const outcomes = results.text.split('\r\n').slice(1, -1)
  const created = outcomes.filter((line) => line.includes(',Created,')).length
  expect(outcomes.filter((line) => line.includes(',Skipped,'))).toHaveLength(40_000 - created)
  await ann.goesTo('/accounts')
  await ann.sees(`${(created + 2).toLocaleString('en-GB')} accounts`)

  // The same file again does the rest, and nothing twice.
  await ann.sendsFile({ name: 'starters.csv', content: csv(HEADING, ...people) }, 'Create new accounts only')
  await ann.sees(new RegExp(`${(40_000 - created).toLocaleString('en-GB')} new accounts will be created`))
  await ann.sees(new RegExp(`${created.toLocaleString('en-GB')} rows change nothing`))
  await ann.closes()
})
