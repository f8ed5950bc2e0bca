import type { Db } from 'pg-boss'
import sql, { type Sql } from 'sql-template-tag'
import { PORTAL_ROLE, type Transaction } from '../database/open.ts'
import { type JobName, type Jobs, QUEUES } from './jobs.ts'

// All that this program says to pg-boss's own tables. They may change with its version: a test compares what is
// relied on here, and fails before a new version is taken unseen.

/**
 * A job that is ours to do. `attempt` is 0 the first time; with the ID it names the claim, which may be lost. `deaths`
 * and `errors` are how many of the beginnings before ended with their process, and with an error.
 */
export type Claim = {
  name: JobName
  id: string
  data: Jobs[JobName]
  attempt: number
  deaths: number
  errors: number
}

/**
 * Takes the job whose turn it is. Organisations come in turns: the one with the fewest jobs of the kind under way, of
 * those the one that was served least recently; within it people in the same way; a person's own in the order sent.
 * Those who claim at the same moment are given different organisations where there are some.
 * @param priority the mark of the lane whose jobs are wanted
 * @returns undefined when nothing can be done now
 */
export async function claimNext(db: Db, name: JobName, priority: number): Promise<Claim | undefined> {
  const claimed = await ask<Omit<Claim, 'name'>>(
    db,
    sql`with due as (
      select id, state, created_on, ${ORGANISATION} as organisation, ${PERSON} as person from pgboss.job j
      where name = ${name} and state < 'active' and not blocked and start_after <= now() and priority = ${priority}
        and not (policy = 'key_strict_fifo' and exists (
          select from pgboss.job o where o.name = j.name and o.singleton_key = j.singleton_key and o.id <> j.id
            and o.policy = j.policy and o.state in ('active', 'retry', 'failed')))
    ), head as (
      select distinct on (organisation, person) * from due order by organisation, person, state desc, created_on, id
    ), running as (
      select ${ORGANISATION} as organisation, ${PERSON} as person from pgboss.job
      where name = ${name} and state = 'active' and priority = ${priority}
    ), turned as (
      select id, organisation, person, created_on,
        (select count(*) from running r where r.organisation = h.organisation) as running,
        (select max(number) from turn t where t.queue = ${name} and t.organisation = h.organisation) as served,
        row_number() over (partition by organisation order by
          (select count(*) from running r where r.organisation = h.organisation and r.person = h.person),
          (select number from turn t where t.queue = ${name} and t.organisation = h.organisation
            and t.person = h.person) nulls first, created_on) as nth
      from head h
    ), picked as (
      select j.id, organisation, person from turned join pgboss.job j using (id)
      where j.name = ${name} and j.state < 'active'
      order by running + nth, served nulls first, turned.created_on limit 1 for update of j skip locked
    ), noted as (
      insert into turn (queue, organisation, person) select ${name}, organisation, person from picked
      on conflict (queue, organisation, person) do update set number = excluded.number
    )
    update pgboss.job j set state = 'active', started_on = now(), heartbeat_on = now(),
      retry_count = retry_count + (started_on is not null)::integer
    from picked where j.name = ${name} and j.id = picked.id
    returning j.id, j.data, j.retry_count as attempt,
      (select count(*) from job_beginning b where b.job = j.id and not b.failed)::integer as deaths,
      (select count(*) from job_beginning b where b.job = j.id and b.failed)::integer as errors`,
  )
  return claimed[0] && { name, ...claimed[0] }
}

// Jobs without an organisation (mail, expiry) take turns as if they were of one.
const ORGANISATION = sql`coalesce((data->>'organisationId')::integer, 0)`
const PERSON = sql`coalesce((data->>'by')::integer, 0)`

/** A sign of life. @returns whether the job is still ours */
export async function beat(db: Db, job: Claim): Promise<boolean> {
  const held = await ask(
    db,
    sql`update pgboss.job set heartbeat_on = now() where ${claimOf(job)} returning id`,
  )
  return held.length > 0
}

/**
 * Writes down that a job begins, before any work: until more is heard of this beginning, it counts as a death.
 * @returns whether the job is still ours
 */
export async function noteBeginning(db: Db, job: Claim): Promise<boolean> {
  const noted = await ask(
    db,
    sql`insert into job_beginning (job, attempt) select id, retry_count from pgboss.job where ${claimOf(job)}
      returning job`,
  )
  return noted.length > 0
}

/** A beginning that ended in order: handed over, told to stop, or in an outage of the database. It isn't counted. */
export async function forgetBeginning(db: Db, { id, attempt }: Claim): Promise<void> {
  await ask(db, sql`delete from job_beginning where job = ${id} and attempt = ${attempt}`)
}

export async function noteError(db: Db, { id, attempt }: Claim): Promise<void> {
  await ask(db, sql`update job_beginning set failed = true where job = ${id} and attempt = ${attempt}`)
}

/** Ends a job, and forgets all its beginnings; only this one when it is another's by now. */
export async function complete(db: Db, job: Claim): Promise<void> {
  await ask(
    db,
    sql`with done as (
        update pgboss.job set state = 'completed', completed_on = now() where ${claimOf(job)} returning id)
      delete from job_beginning where job = ${job.id} and (attempt = ${job.attempt} or exists (select from done))`,
  )
}

/** Gives a job back to the queue, to be taken so many seconds later; nothing when it is another's by now. */
export async function giveBack(db: Db, job: Claim, seconds: number): Promise<void> {
  await ask(db, sql`update pgboss.job set ${waiting(seconds)} where ${claimOf(job)}`)
}

function claimOf({ name, id, attempt }: Claim): Sql {
  return sql`name = ${name} and id = ${id} and state = 'active' and retry_count = ${attempt}`
}

/**
 * Gives the jobs of workers that fell silent (killed, paused, cut off) back to the queue, to be taken at once. The
 * library does so too, but later each time: its wait is meant for work that failed. A job that somebody writes to at
 * this moment is passed over: one whose connection hangs must not hold up the others.
 * @returns how many there were
 */
export async function takeFromTheSilent(db: Db, names: readonly string[]): Promise<number> {
  const taken = await ask(
    db,
    sql`update pgboss.job set ${waiting(0)}
      where (name, id) in (
        select name, id from pgboss.job where name = any(${names}) and state = 'active'
          and abs(extract(epoch from now() - heartbeat_on)) > heartbeat_seconds -- a clock that was ahead is put right
        for update skip locked)
      returning id`,
  )
  return taken.length
}

// `started_on` is what the library counts attempts by; they are counted here already.
function waiting(seconds: number): Sql {
  return sql`state = 'retry', retry_count = retry_count + 1, started_on = null, heartbeat_on = null,
    start_after = now() + make_interval(secs => ${seconds})`
}

/** No job of ours waits for longer than half a minute, and no pass is further away than that. */
const LONGEST_WAIT = sql`interval '2 minutes'`

/**
 * A clock that was ahead and is put right again leaves times behind that are a long way off: jobs would wait for them,
 * and the passes that start recurring jobs would not run. Such times count as due.
 */
export async function forgetWrongClock(db: Db, names: readonly string[]): Promise<void> {
  await ask(
    db,
    sql`update pgboss.job set start_after = now()
      where (name, id) in (
        select name, id from pgboss.job
        where name = any(${names}) and state < 'active' and start_after > now() + ${LONGEST_WAIT}
        for update skip locked)`,
  )
  await ask(db, sql`update pgboss.version set cron_on = null where cron_on > now() + ${LONGEST_WAIT}`)
  await ask(
    db,
    sql`update pgboss.queue set monitor_claim_on = null, monitor_on = null, maintain_on = null
      where greatest(monitor_claim_on, monitor_on, maintain_on) > now() + ${LONGEST_WAIT}`,
  )
}

export type QueueState = { queue: string; waiting: number; running: number; oldestSeconds: number }

/** Each queue's jobs that could be done now, and how long the oldest of them has been there; 0 when there is none. */
export function selectWaiting(tx: Transaction): Promise<QueueState[]> {
  return tx.rows<QueueState>(sql`
    select q.name as queue,
      count(j.id) filter (where j.state < 'active') as waiting,
      count(j.id) filter (where j.state = 'active') as running,
      coalesce(extract(epoch from now() - min(j.created_on) filter (where j.state < 'active')), 0)::float
        as "oldestSeconds"
    from unnest(${Object.keys(QUEUES)}::text[]) as q (name)
    left join pgboss.job j on j.name = q.name and j.state <= 'active' and j.start_after <= now()
    group by q.name order by q.name`)
}

/** What the portal's role, which owns nothing, may do with the queue's schema. */
export async function grantToPortal(db: Db): Promise<void> {
  await db.executeSql(`
    grant usage on schema pgboss to ${PORTAL_ROLE};
    grant select, insert, update, delete on all tables in schema pgboss to ${PORTAL_ROLE};
    grant usage on all sequences in schema pgboss to ${PORTAL_ROLE};
    grant execute on all functions in schema pgboss to ${PORTAL_ROLE};`)
}

async function ask<Row>(db: Db, statement: Sql): Promise<Row[]> {
  return (await db.executeSql(statement.text, statement.values)).rows as Row[]
}
