import type { Db } from 'pg-boss'

/** No job of ours waits for longer than half a minute, and no pass is further away than that. */
const LONGEST_WAIT = `interval '2 minutes'`

/**
 * A clock that was ahead and is put right again leaves times behind that are a long way off: jobs would wait for them,
 * and the passes that start recurring jobs would not run. Such times count as due.
 */
export async function forgetWrongClock(db: Db, names: readonly string[]): Promise<void> {
  await db.executeSql(
    `update pgboss.job set start_after = now()
     where (name, id) in (
       select name, id from pgboss.job
       where name = any($1) and state < 'active' and start_after > now() + ${LONGEST_WAIT} for update skip locked)`,
    [names],
  )
  await db.executeSql(`update pgboss.version set cron_on = null where cron_on > now() + ${LONGEST_WAIT}`)
  await db.executeSql(
    `update pgboss.queue set monitor_claim_on = null, monitor_on = null, maintain_on = null
     where greatest(monitor_claim_on, monitor_on, maintain_on) > now() + ${LONGEST_WAIT}`,
  )
}
