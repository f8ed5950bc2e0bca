import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { isAccessible, person } from '../support/browser.ts'
import { aTrustWith } from '../support/trust.ts'
import { csv, somebody } from '../support/upload.ts'

const HEADING = 'LocalID,FirstName,LastName,Mobile'
const MANY = Array.from({ length: 12_000 }, (_, n) => `N${n}`)

const trust = aTrustWith(
  csv(
    HEADING,
    '0001,Jane,Smith,07700 900001',
    '0002,Omar,Khan,07700 900002',
    ...MANY.map((localId, n) => `${localId},${somebody(n)}`),
  ),
)

test('confirmed in two tabs, pressed twice and reloaded, a file is applied once', async () => {
  const ann = await person(trust.browser, trust.muster.url)
  await ann.signsIn('ann@trust.example')
  await ann.sendsFile({ name: 'people.csv', content: csv('LocalID,JobTitle', '0001,Nurse', '0002,Porter') })
  await ann.sees('2 accounts already exist and will be updated.')
  const other = await ann.page.context().newPage()
  await other.goto(ann.page.url())
  await Promise.all([
    ann.page.getByRole('button', { name: 'Update 2 accounts' }).dblclick(),
    other.getByRole('button', { name: 'Update 2 accounts' }).click(),
  ])
  await ann.sees('2 accounts updated')
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
  const file = { name: 'many.csv', content: csv('LocalID,JobTitle', ...MANY.map((id) => `${id},Nurse`)) }
  await ann.sendsFile(file)
  await ann.sees('12,000 accounts already exist and will be updated.')

  // Somebody has one of the accounts in hand, so the rows around it take a while.
  const letGo = await holds('N6000')
  await ann.clicks('Update 12,000 accounts')
  await ann.sees(/^5,000 of 12,000 rows done/)
  await ann.clicks('Stop after the current rows')
  await ann.sees('Stopping after the current rows.')
  await letGo()

  await ann.sees('many.csv was stopped')
  await ann.sees('10,000 accounts updated before it was stopped.')
  await isAccessible(ann, 'stopped')
  const results = await ann.downloads('Download results')
  const outcomes = results.text.trimEnd().split('\r\n').slice(1)
  expect(outcomes.filter((line) => line.includes(',Nurse,Updated,'))).toHaveLength(10_000)
  expect(outcomes.filter((line) => line.includes(',Nurse,Skipped,'))).toHaveLength(2000)

  // The same file again does the rest, and nothing twice.
  await ann.sendsFile(file)
  await ann.sees('2,000 accounts already exist and will be updated.')
  await ann.sees('10,000 rows change nothing.')
  await ann.closes()
})

/** Locks an account, as somebody who is changing it does, until let go. */
async function holds(localId: string): Promise<() => Promise<void>> {
  const locked = Promise.withResolvers<void>()
  const end = Promise.withResolvers<void>()
  const transaction = trust.muster.portal.database.transaction('everything', async (tx) => {
    await tx.rows(sql`select 1 from account where local_id = ${localId} for update`)
    locked.resolve()
    await end.promise
  })
  await Promise.race([locked.promise, transaction])
  return () => {
    end.resolve()
    return transaction
  }
}
