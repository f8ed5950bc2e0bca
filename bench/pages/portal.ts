import { Client } from 'pg'
import { type ApiClient, apiClient } from '../../proofs/support/api-client.ts'
import { portalOn } from '../../proofs/support/fresh-portal.ts'
import { musterProcess } from '../../proofs/support/muster-process.ts'
import { type Postgres, startPostgres } from '../../proofs/support/postgres.ts'
import { actorFor } from '../../src/access/administrators.ts'
import { findSession, keepInSession, startSession } from '../../src/access/sessions.ts'
import { createToken } from '../../src/access/tokens.ts'
import { findFreePort } from '../../src/database/embedded-server.ts'
import { findAccounts } from '../../src/directory/find-accounts.ts'
import type { Portal } from '../../src/portal.ts'
import { type LargeDirectory, makeLargeDirectory, WATCHED } from '../large-directory.ts'

/** A portal on a large directory, in one web process and one worker, and the two who browse in it. */
export type BenchPortal = AsyncDisposable & {
  postgres: Postgres
  databaseUrl: string
  url: string
  /** As the global administrator. */
  api: ApiClient
  cookies: { local: string; global: string }
  /** Of the watched organisation, in the middle of its list. */
  account: number
  /** Reads /metrics. @returns milliseconds */
  scrape(): Promise<number>
}

const LOCAL = 'local1@muster.example'
const GLOBAL = 'global@muster.example'
const METRICS_TOKEN = 'metrics-token-of-the-bench'

/** @param folder where the database is kept, to be used again; when left out it is made anew, and removed in the end */
export async function openBenchPortal(size: LargeDirectory, folder?: string): Promise<BenchPortal> {
  const postgres = await startPostgres(folder === undefined ? {} : { dataDir: folder })
  const databaseUrl = (await findKept(postgres)) ?? (await fill(postgres, size))
  const port = String(await findFreePort())
  const settings = {
    DATABASE_URL: databaseUrl,
    PORT: port,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    LOG_LEVEL: 'warn',
    SECOND_FACTOR_ROLES: 'none', // two who are signed in by their session alone
    METRICS_TOKEN,
  }
  const processes = [musterProcess('web', 'web', settings), musterProcess('worker', 'worker', settings)]
  for (const each of processes) await each.start()
  const url = `http://127.0.0.1:${port}`
  await using portal = await portalOn(databaseUrl)
  const token = await createToken(portal, GLOBAL)
  return {
    postgres,
    databaseUrl,
    url,
    api: apiClient(token, () => url),
    cookies: { local: await signIn(portal, LOCAL), global: await signIn(portal, GLOBAL) },
    account: await findInTheMiddle(portal),
    scrape: async () => {
      const started = performance.now()
      await (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })).text()
      return performance.now() - started
    },
    [Symbol.asyncDispose]: async () => {
      for (const each of processes) await each.stop()
      await postgres[Symbol.asyncDispose]()
    },
  }
}

async function findKept({ query, url }: Postgres): Promise<string | undefined> {
  const [kept] = await query<{ name: string }>(
    `select datname as name from pg_database where datname like 'muster_proof_%'`,
  )
  return kept && Object.assign(new URL(url), { pathname: `/${kept.name}` }).href
}

async function fill(postgres: Postgres, size: LargeDirectory): Promise<string> {
  const databaseUrl = await postgres.makeDatabase()
  const client = new Client(databaseUrl)
  await client.connect()
  const started = performance.now()
  await makeLargeDirectory(client, size)
  await client.end()
  console.log(`The directory is made in ${Math.round((performance.now() - started) / 1_000)} s.`)
  return databaseUrl
}

async function signIn(portal: Portal, email: string): Promise<string> {
  const id = await startSession(portal, await idOf(portal, 'administrator', 'email_key', email))
  const session = await findSession(portal, id)
  const organisationId = await idOf(portal, 'organisation', 'code', WATCHED.code)
  if (session) await keepInSession(portal, session, { organisationId })
  return `muster-session=${id}`
}

async function findInTheMiddle(portal: Portal): Promise<number> {
  const actor = await actorFor(portal, await idOf(portal, 'administrator', 'email_key', LOCAL))
  if (actor === null) throw new Error('the directory has no local administrator')
  const { accounts } = await findAccounts(portal, actor, { limit: 300, count: false })
  return accounts.at(-1)?.id ?? 0
}

async function idOf(portal: Portal, table: string, column: string, value: string): Promise<number> {
  const { rows } = await portal.database.transaction('everything', (tx) =>
    tx.query(`select id from ${table} where ${column} = $1`, [value]),
  )
  return Number(rows[0]?.id)
}
