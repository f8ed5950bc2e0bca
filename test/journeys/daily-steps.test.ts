import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import type { Portal } from '../../src/portal.ts'
import { isAccessible, person } from '../support/browser.ts'
import { aTrustWith } from '../support/trust.ts'
import { csv, somebody } from '../support/upload.ts'

const PEOPLE = csv('LocalID,FirstName,LastName,Mobile', ...[1, 2, 3, 4].map((n) => `00${n},${somebody(n)}`))

let portal: Portal

const given = aTrustWith(PEOPLE, async (opened) => {
  portal = opened
  await since('Leaver', '001', 24)
  await since('Leaver', '002', 30)
  await since('Deleted', '003', 30)
})

function since(status: string, localId: string, days: number): Promise<unknown> {
  return inDatabase(sql`update account set status = ${status}, status_changed_at = now() - make_interval(days => ${days})
    where local_id = ${localId}`)
}

function inDatabase(statement: ReturnType<typeof sql>): Promise<unknown> {
  return portal.database.transaction('everything', (tx) => tx.run(statement))
}

test('what is due is told, happens by itself, and is taken back', { timeout: 120_000 }, async () => {
  const ann = await person(given.browser, given.muster.url)
  await ann.signsIn('ann@trust.example')
  await ann.goesTo('/')
  await ann.sees('Within 7 days, 2 leavers will be deleted and 1 deleted account will be removed for good.')
  await isAccessible(ann, 'the first page with what is due')
  await ann.clicks('2 leavers will be deleted')
  await ann.sees('2 people found')
  await portal.database.transaction('everything', (tx) => portal.queue.send(tx, 'take-steps', {}))
  await expect
    .poll(
      async () => {
        await ann.goesTo('/changes')
        return ann.page.getByText('Completed').count()
      },
      { timeout: 30_000, interval: 500 },
    )
    .toBe(3)
  await ann.clicks(/^Removal of deleted accounts on/)
  await ann.sees('1 account removed for good.')
  await isAccessible(ann, 'a removal')
  await ann.doesNotSee('Take this back')
  await ann.page.locator('table a').first().click()
  await ann.sees('Whose account this was isn’t kept any more.')
  await isAccessible(ann, 'a removed account')
  await ann.goesTo('/changes')
  await ann.clicks(/^Deletion of leavers on/)
  await ann.sees('1 leaver was deleted.')
  await ann.page.locator('table a').first().click()
  await ann.sees('a daily step')
  await ann.goesTo('/changes')
  await ann.clicks(/^Deletion of leavers on/)
  await ann.clicks('Take this back')
  await ann.sees('1 account goes back to what it was.')
  await ann.clicks('Take back 1 account')
  await ann.sees('1 account went back to what it was.')
  expect(ann.complaints).toEqual([])
})
