import type { Db } from 'pg-boss'
import { expect, test, vi } from 'vitest'
import type { Portal } from '../../src/portal.ts'
import { steadyClock } from '../../src/queue/steady-clock.ts'
import { forgetWrongClock, takeFromTheSilent } from '../../src/queue/store.ts'
import { testPortal } from '../support/portal.ts'

// A queue into which nothing else puts jobs.
const NAMES = ['send-results']

test('a job that waits for a time which a wrong clock has set is due; one that waits for a moment is not', async () => {
  await using portal = await testPortal()
  await enqueue(portal, 2)
  await run(
    portal,
    "update pgboss.job set state = 'retry', start_after = now() + interval '20 seconds' where name = 'send-results'",
  )
  await run(
    portal,
    "update pgboss.job set start_after = now() + interval '1 day' where id = (select id from pgboss.job where name = 'send-results' limit 1)",
  )
  await act(portal, forgetWrongClock)
  expect(
    await read(
      portal,
      "select count(*) from pgboss.job where name = 'send-results' and start_after <= now()",
    ),
  ).toEqual({
    count: 1,
  })
})

test('the passes that start recurring jobs don’t wait for a day that is not yet there', async () => {
  await using portal = await testPortal()
  await run(portal, "update pgboss.version set cron_on = now() + interval '1 day'")
  await run(portal, "update pgboss.queue set maintain_on = now() + interval '1 day'")
  await act(portal, forgetWrongClock)
  expect(
    await read(
      portal,
      `select (select count(*) from pgboss.version where cron_on > now())
        + (select count(*) from pgboss.queue where maintain_on > now()) as late`,
    ),
  ).toEqual({ late: 0 })
})

test.each([
  ['long ago', "now() - interval '1 minute'", 1],
  ['on a day that is not yet there', "now() + interval '1 day'", 1],
  ['just now', 'now()', 0],
])('a worker that was last heard of %s', async (_name, heard, taken) => {
  await using portal = await testPortal()
  await enqueue(portal, 1)
  await run(
    portal,
    `update pgboss.job set state = 'active', started_on = now(), heartbeat_seconds = 10, heartbeat_on = ${heard}
     where name = 'send-results'`,
  )
  expect(await act(portal, takeFromTheSilent)).toBe(taken)
})

test('a job that somebody is writing to holds up none of the others', async () => {
  await using portal = await testPortal()
  await enqueue(portal, 2)
  await run(
    portal,
    `update pgboss.job set state = 'active', started_on = now(), heartbeat_seconds = 10,
       heartbeat_on = now() - interval '1 minute' where name = 'send-results'`,
  )
  await portal.database.transaction('everything', async (tx) => {
    await tx.query("select from pgboss.job where name = 'send-results' limit 1 for update")
    expect(await act(portal, takeFromTheSilent)).toBe(1)
  })
  expect(await act(portal, takeFromTheSilent)).toBe(1)
})

test('the queue’s timers go on when the machine’s clock is put back', () => {
  const before = steadyClock.now()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 24 * 3600_000 })
  const after = steadyClock.now()
  vi.useRealTimers()
  expect(after).toBeGreaterThanOrEqual(before)
})

async function enqueue(portal: Portal, jobs: number): Promise<void> {
  await portal.database.transaction('everything', async (tx) => {
    for (let n = 0; n < jobs; n++)
      await portal.queue.send(tx, 'send-results', { uploadId: n, organisationId: 1, by: 1 })
  })
}

function act<T>(portal: Portal, work: (db: Db, names: readonly string[]) => Promise<T>): Promise<T> {
  return portal.database.transaction('everything', (tx) =>
    work({ executeSql: (text, values) => tx.query(text, values) }, NAMES),
  )
}

function run(portal: Portal, statement: string) {
  return portal.database.transaction('everything', (tx) => tx.query(statement))
}

async function read(portal: Portal, statement: string) {
  return (await run(portal, statement)).rows[0]
}
