import type { Db, JobWithMetadata } from 'pg-boss'

/** Why a job stops before it is done: its process is told to stop, and another one is to go on at once. */
export class HandedOver extends Error {
  override name = 'HandedOver'
}

/**
 * Gives a job back to the queue, to be taken at once. The attempt counts: so the library's own note that this one
 * failed, which follows and would have the job wait, finds nothing to change.
 */
export async function handOver(db: Db, job: JobWithMetadata): Promise<void> {
  await db.executeSql(
    `update pgboss.job set ${WAITING} where name = $1 and id = $2 and state = 'active' and retry_count = $3`,
    [job.name, job.id, job.retryCount],
  )
}

/**
 * Gives the jobs of workers that fell silent (killed, paused, cut off) back to the queue, to be taken at once. The
 * library does so too, but later each time: its wait is meant for work that failed. A job that somebody writes to at
 * this moment is passed over: one whose connection hangs must not hold up the others.
 * @returns how many there were
 */
export async function takeFromTheSilent(db: Db, names: readonly string[]): Promise<number> {
  const { rows } = await db.executeSql(
    `update pgboss.job set ${WAITING}
     where (name, id) in (
       select name, id from pgboss.job where name = any($1) and state = 'active'
         and abs(extract(epoch from now() - heartbeat_on)) > heartbeat_seconds -- a clock that was ahead is put right
       for update skip locked)
     returning id`,
    [names],
  )
  return rows.length
}

// `started_on` is what the library counts attempts by; they are counted here already.
const WAITING = `state = 'retry', retry_count = retry_count + 1, started_on = null, heartbeat_on = null,
  start_after = now()`
