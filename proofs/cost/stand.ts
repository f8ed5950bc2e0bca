import { readFile, writeFile } from 'node:fs/promises'
import { Client } from 'pg'
import { startSession } from '../../src/access/sessions.ts'
import { createToken } from '../../src/access/tokens.ts'
import { findFreePort } from '../../src/database/embedded-server.ts'
import { type ApiClient, apiClient } from '../support/api-client.ts'
import { makeOrganisation, portalOn } from '../support/fresh-portal.ts'
import { type OwnMailServer, openMailServer } from '../support/mail-server.ts'
import { type MusterProcess, musterProcess } from '../support/muster-process.ts'
import { startPostgres } from '../support/postgres.ts'

/** The heap that the portal's process may have: a machine with little memory. What isn't in the heap comes on top. */
const HEAP_MB = 256

/** A portal that is served to one organisation, and what is measured about it. */
export type Stand = {
  api: ApiClient
  /** Bytes of the answer to a page or a file that a signed-in person asks for; what is read isn't kept. */
  read(path: string): Promise<{ status: number; bytes: number }>
  mail: OwnMailServer
  process: MusterProcess
  /** Bytes of all tables and their indexes. */
  databaseSize(): Promise<number>
  /** Megabytes of memory that the process had at the most since the last time this was asked. */
  peakMemory(): Promise<number>
}

export const CODE = 'RX1'

/** Nothing is cleaned up, so that no file gets the room that another has left. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', autovacuum: 'off' }

/** People whom the files may be about: P0 to P4999, all called Pat Doe. */
const PEOPLE = 5_000

/** @param open what it consists of is disposed of with this */
export async function openStand(open: AsyncDisposableStack): Promise<Stand> {
  const postgres = open.use(await startPostgres({ settings: SETTINGS }))
  const databaseUrl = await postgres.makeDatabase()
  const mail = open.use(await openMailServer())
  const { token, cookie } = await signedIn(databaseUrl)
  const port = String(await findFreePort())
  const process = musterProcess('portal', 'both', {
    DATABASE_URL: databaseUrl,
    PORT: port,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    SMTP_URL: mail.url,
    NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}`,
  })
  await process.start()
  open.defer(async () => void (await process.stop()))
  const client = new Client(databaseUrl)
  client.on('error', () => {}) // interrupted, it is cut off
  await client.connect()
  open.defer(() => client.end())
  const api = apiClient(token, () => process.url)
  await makePeople(client)
  return {
    api,
    read: (path) => sizeOf(`${process.url}${path}`, cookie),
    mail,
    process,
    databaseSize: async () => {
      const { rows } =
        await client.query(`select sum(pg_total_relation_size(c.oid))::float as size from pg_class c
        join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'pgboss') and c.relkind = 'r'`)
      return rows[0].size
    },
    peakMemory: () => peakMemory(process),
  }
}

async function signedIn(databaseUrl: string): Promise<{ token: string; cookie: string }> {
  await using portal = await portalOn(databaseUrl)
  const { actor } = await makeOrganisation(portal, CODE)
  const session = await startSession(portal, actor.administratorId)
  return { token: await createToken(portal, actor.email), cookie: `muster-session=${session}` }
}

/** Straight in the tables: of a file with so many of one name and one mobile, most would be left out. */
async function makePeople(client: Client): Promise<void> {
  await client.query(
    `with made as (
       insert into account (id, organisation_id, local_id, local_id_key, first_name, last_name, mobile, created_at, updated_at,
         updated_by)
       select nextval('account_id'), o.id, 'P' || n, 'p' || n, 'Pat', 'Doe', '+447700900001', now(), now(), a.id
       from generate_series(0, $1 - 1) n, organisation o, (select min(id) as id from administrator) a where o.code = $2
       returning id, organisation_id)
     insert into address (address_key, address, account_id, organisation_id, is_primary, base, number)
     select 'pat.doe' || id || '@staff.example', 'pat.doe' || id || '@staff.example', id, organisation_id, true, 'pat.doe', id
     from made`,
    [PEOPLE, CODE],
  )
  await client.query('analyze account, address') // as a directory is that was there for a minute
}

async function sizeOf(url: string, cookie: string): Promise<{ status: number; bytes: number }> {
  const answer = await fetch(url, { headers: { cookie }, redirect: 'manual' })
  let bytes = 0
  for await (const piece of answer.body ?? []) bytes += piece.length
  return { status: answer.status, bytes }
}

// Linux counts the most that a process had, and forgets it when told to.
async function peakMemory({ pid }: MusterProcess): Promise<number> {
  const folder = `/proc/${pid()}`
  const status = await readFile(`${folder}/status`, 'utf8')
  await writeFile(`${folder}/clear_refs`, '5')
  return Math.round((Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024) / 1e6)
}
