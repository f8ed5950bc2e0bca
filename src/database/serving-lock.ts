import { setTimeout as sleep } from 'node:timers/promises'
import sql from 'sql-template-tag'
import type { Database, Session } from './open.ts'

// Any number, the same in every process.
const SERVING_LOCK = 7_266_002

const ATTEMPTS = 10
const WAIT_MS = 200

/** How often the one who has the lock looks whether it still has. */
const LOOK_MS = 1_000

/**
 * The right to be the one portal on this database, held by a session until it is released or the process is gone.
 * Waits two seconds for one that is just ending: PostgreSQL needs a moment to notice that a process was killed. A
 * session that breaks, because PostgreSQL was killed, is followed by another one.
 * @returns undefined when another process has it
 */
export async function takeServingLock(database: Database): Promise<{ release(): Promise<void> } | undefined> {
  let session = await lockedSession(database)
  if (session === undefined) return undefined
  let isReleased = false
  const keep = async () => {
    for (; !isReleased; await sleep(LOOK_MS, undefined, { ref: false })) {
      if (session && (await isAlive(session))) continue
      await session?.close()
      session = isReleased ? undefined : await lockedSession(database).catch(() => undefined)
    }
    await session?.close()
  }
  void keep()
  return {
    release: async () => {
      isReleased = true
      await session?.close()
    },
  }
}

async function lockedSession(database: Database): Promise<Session | undefined> {
  const session = await database.session()
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const lock = await session.transaction([], (tx) =>
        tx.row<{ ours: boolean }>(sql`select pg_try_advisory_lock(${SERVING_LOCK}) as ours`),
      )
      if (lock?.ours) return session
      await sleep(WAIT_MS)
    }
  } catch (error) {
    await session.close()
    throw error
  }
  await session.close()
  return undefined
}

function isAlive(session: Session): Promise<boolean> {
  return session.transaction([], async () => true).catch(() => false)
}
