import { setTimeout as sleep } from 'node:timers/promises'
import sql from 'sql-template-tag'
import type { Database } from './open.ts'

// Any number, the same in every process.
const SERVING_LOCK = 7_266_002

const ATTEMPTS = 10
const WAIT_MS = 200

/**
 * The right to be the one portal on this database, held by a session until it is released or the process is gone.
 * Waits two seconds for one that is just ending: PostgreSQL needs a moment to notice that a process was killed.
 * @returns undefined when another process has it
 */
export async function takeServingLock(database: Database): Promise<{ release(): Promise<void> } | undefined> {
  const session = await database.session()
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const lock = await session.transaction([], (tx) =>
      tx.row<{ ours: boolean }>(sql`select pg_try_advisory_lock(${SERVING_LOCK}) as ours`),
    )
    if (lock?.ours) return { release: () => session.close() }
    await sleep(WAIT_MS)
  }
  await session.close()
  return undefined
}
