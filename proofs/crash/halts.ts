import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { triggers } from './boundaries.ts'

/** Who is to be held where: an organisation's first process that comes there. */
export type Halt = { id: number; boundary: string; organisationId: number; leastMark: number }

/** A process that is held: its name, and PostgreSQL's process that serves it. */
export type Held = { process: string; backend: number }

/** What holds processes still, by advisory locks that the proof has and they wait for. */
export type Halts = AsyncDisposable & {
  /** Who is held at this moment, by the halt's ID. */
  held(): Promise<Map<number, Held>>
  /** Lets whoever waits there go on, now and from now on. */
  release(id: number): Promise<void>
  /** Ends the session that waits there, so that what it has written is rolled back, and holds nobody any more. */
  cut(id: number): Promise<void>
}

/** Adds to a migrated database what the proof needs in it. Once, by a superuser. */
export async function installHalts(url: string): Promise<void> {
  const client = new Client(url)
  await client.connect()
  await client.query(readFileSync(join(import.meta.dirname, 'halts.sql'), 'utf8'))
  await client.query(triggers())
  await client.end()
}

/** The first key of the locks, as halts.sql has it. */
const KEY = 4711

/** Sets halts up. They are gone when disposed, and with PostgreSQL when it is killed. */
export async function setHalts(url: string, halts: readonly Halt[]): Promise<Halts> {
  const client = new Client(url)
  client.on('error', () => {}) // PostgreSQL is killed under it
  await client.connect()
  await client.query('delete from proof.halt') // the last ones, where PostgreSQL was killed before they were
  await client.query(
    `insert into proof.halt (id, boundary, organisation_id, least_mark)
     select id, boundary, "organisationId", "leastMark" from json_to_recordset($1)
       as h (id integer, boundary text, "organisationId" integer, "leastMark" integer)`,
    [JSON.stringify(halts)],
  )
  for (const { id } of halts) await client.query('select pg_advisory_lock($1, $2)', [KEY, id])
  const held = async () => {
    const { rows } = await client.query<{ id: number; process: string; backend: number }>(
      `select l.objid::integer as id, a.application_name as process, a.pid as backend
       from pg_locks l join pg_stat_activity a using (pid)
       where l.locktype = 'advisory' and l.classid = $1::integer::oid and not l.granted order by a.query_start desc`,
      [KEY],
    )
    return new Map(rows.map(({ id, ...who }) => [id, who])) // the one that has waited longest
  }
  const release = async (id: number) => {
    await client.query('select pg_advisory_unlock($1, $2)', [KEY, id])
  }
  return {
    held,
    release,
    cut: async (id) => {
      const who = (await held()).get(id)
      if (who) await client.query('select pg_terminate_backend($1)', [who.backend])
      // The lock is given up once the session is gone: else it might be given to it.
      for (let at = 0; who && at < 100 && (await held()).get(id)?.backend === who.backend; at++)
        await sleep(10)
      await release(id)
    },
    [Symbol.asyncDispose]: async () => {
      await client.query('delete from proof.halt').catch(() => {})
      await client.end().catch(() => {})
    },
  }
}
