import { setTimeout as sleep } from 'node:timers/promises'
import sql from 'sql-template-tag'
import type { Connection, Database } from './open.ts'

// The number itself means nothing; it has to be the same in every process.
const SERVING_LOCK = 7_266_002

const ATTEMPTS = 10
const WAIT_MS = 200

/** How often the one who has the lock looks whether it still has. */
const LOOK_MS = 1_000

/**
 * The right to be the one portal on this database, held by a connection until it is released or the process is gone.
 * Waits two seconds for one that is just ending: PostgreSQL needs a moment to notice that a process was killed. A
 * connection that breaks, because PostgreSQL was killed, is followed by another one.
 * @returns undefined when another process has it
 */
export async function takeServingLock(database: Database): Promise<{ release(): Promise<void> } | undefined> {
  let connection = await lockedConnection(database)
  if (connection === undefined) return undefined
  let isReleased = false
  const keep = async () => {
    for (; !isReleased; await sleep(LOOK_MS, undefined, { ref: false })) {
      if (connection && (await isAlive(connection))) continue
      await connection?.close()
      connection = isReleased ? undefined : await lockedConnection(database).catch(() => undefined)
    }
    await connection?.close()
  }
  void keep()
  return {
    release: async () => {
      isReleased = true
      await connection?.close()
    },
  }
}

async function lockedConnection(database: Database): Promise<Connection | undefined> {
  const connection = await database.connect()
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const lock = await connection.transaction([], (tx) =>
        tx.row<{ ours: boolean }>(sql`select pg_try_advisory_lock(${SERVING_LOCK}) as ours`),
      )
      if (lock?.ours) return connection
      await sleep(WAIT_MS)
    }
  } catch (error) {
    await connection.close()
    throw error
  }
  await connection.close()
  return undefined
}

function isAlive(connection: Connection): Promise<boolean> {
  return connection.transaction([], async () => true).catch(() => false)
}
