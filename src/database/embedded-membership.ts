import { createHmac } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { Cluster } from './embedded-cluster.ts'
import { findFreePort, findServer, startServer, stopServer } from './embedded-server.ts'
import { LOGIN_ROLE } from './login.ts'

/**
 * Each process that uses the server keeps one connection to it, by which the others know of it: an idle portal has no
 * other. They lock around joining and leaving, so that nobody joins a server that is being stopped.
 */
export type Membership = { port: number; startedHere: boolean; client: Client }

const MEMBER = 'muster member'
const LEAVING = 'muster leaving'
const LOCK = 5_018_271

// After a crash, PostgreSQL first reads what it had not yet put in its place.
const PATIENCE_MS = 10 * 60_000
// A connection that its process has closed is listed a little longer.
const GRACE_MS = 1_000

/**
 * Becomes a member of the cluster's server, which is started when none runs.
 * @param formerPort where it has to listen again: the connections that others open go there
 */
export async function joinServer(cluster: Cluster, formerPort?: number): Promise<Membership> {
  const deadline = Date.now() + PATIENCE_MS
  let startedHere = false
  for (;;) {
    const port = await findServer(cluster)
    try {
      if (port !== undefined) return { port, startedHere, client: await register(cluster, port) }
    } catch (error) {
      if (!passes(error) || Date.now() > deadline) throw error
    }
    if (port === undefined) {
      startedHere = await startServer(cluster, formerPort ?? (await findFreePort()))
      if (startedHere) continue
      if (Date.now() > deadline) throw new Error(`PostgreSQL doesn't start on ${cluster.folder}.`)
    }
    await sleep(100)
  }
}

/** Ends the membership, and the server with it when nobody else is connected. */
export async function leaveServer(cluster: Cluster, { client }: Membership): Promise<void> {
  try {
    await client.query(`select pg_advisory_lock(${LOCK})`)
    if (await isInUse(client)) await client.query(`set application_name = '${LEAVING}'`)
    else await stopServer(cluster)
  } catch (error) {
    if (!passes(error)) throw error // it has been stopped already
  } finally {
    await client.end().catch(() => {})
  }
}

/** For who owns all that is in it. */
export function urlOf(cluster: Cluster, port: number, database: string): string {
  return `postgres://muster:${cluster.password}@127.0.0.1:${port}/${database}`
}

/** The same for who serves. Its password is made of the owner's, which can't be told from it. */
export function loginUrlOf(cluster: Cluster, port: number, database: string): string {
  const password = createHmac('sha256', cluster.password).update(LOGIN_ROLE).digest('hex')
  return `postgres://${LOGIN_ROLE}:${password}@127.0.0.1:${port}/${database}`
}

async function register(cluster: Cluster, port: number): Promise<Client> {
  const client = new Client({
    connectionString: urlOf(cluster, port, 'postgres'),
    application_name: MEMBER,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  })
  client.on('error', () => {}) // 'end' follows, and is watched
  await client.connect()
  try {
    await client.query(`select pg_advisory_lock(${LOCK})`)
    await makeDatabase(client)
    await client.query(`select pg_advisory_unlock(${LOCK})`)
    return client
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}

async function makeDatabase(client: Client): Promise<void> {
  const { rowCount } = await client.query(`select from pg_database where datname = 'muster'`)
  if (rowCount === 0) await client.query('create database muster')
}

async function isInUse(client: Client): Promise<boolean> {
  for (const deadline = Date.now() + GRACE_MS; ; await sleep(50)) {
    const { rows } = await client.query<{ application_name: string }>(
      `select application_name from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    )
    if (rows.length === 0) return false
    if (Date.now() > deadline || rows.some((row) => row.application_name === MEMBER)) return true
  }
}

// The server is starting up, is being stopped, or has gone.
function passes(error: unknown): boolean {
  const { code, message } = error as { code?: string; message: string }
  return (
    /^(57P0[123]|ECONNREFUSED|ECONNRESET|EPIPE)$/.test(code ?? '') ||
    /terminated|timeout expired|not queryable/.test(message)
  )
}
