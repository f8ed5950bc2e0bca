import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { testPortal } from '../support/portal.ts'

test('the library gives up no job for years: an upload whose job it gave up would never end', async () => {
  await using portal = await testPortal()
  const queues = await portal.database.transaction('everything', (tx) =>
    tx.rows<{ tries: number; years: number }>(
      sql`select retry_limit as tries, retention_seconds / (365 * 24 * 3600) as years from pgboss.queue
          where name not like '\\_\\_%'`,
    ),
  )
  expect(queues.length).toBeGreaterThan(4)
  for (const { tries, years } of queues) {
    expect(tries).toBeGreaterThanOrEqual(1_000_000)
    expect(years).toBeGreaterThanOrEqual(10)
  }
})
