import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { openEmbedded } from '../../src/database/embedded.ts'
import { migrate } from '../../src/database/migrate.ts'
import { migrateQueue } from '../../src/queue/migrate.ts'

/** A PostgreSQL to make databases on: a given one, or an embedded one with a data folder of its own. */
export type DatabaseServer = AsyncDisposable & {
  url: string
  /** `embedded PostgreSQL 18.4`, say. */
  name: string
  /** A new, empty, migrated database. */
  makeDatabase(): Promise<string>
  dropDatabase(url: string): Promise<void>
}

/** @param url the given PostgreSQL; without it an embedded one is started, and removed with its data in the end */
export async function openDatabaseServer(url: string | undefined): Promise<DatabaseServer> {
  const started = url === undefined ? await startEmbedded() : { url, stop: async () => {} }
  const name = await administer(started.url, 'show server_version')
  return {
    url: started.url,
    name: `${url === undefined ? 'embedded' : 'given'} PostgreSQL ${name.split(' ')[0]}`,
    makeDatabase: () => makeDatabase(started.url),
    dropDatabase: async (made) => {
      await administer(started.url, `drop database ${new URL(made).pathname.slice(1)} with (force)`)
    },
    [Symbol.asyncDispose]: started.stop,
  }
}

/** A new, migrated database on a server. @param url of any database of it @returns the new one's */
export async function makeDatabase(url: string): Promise<string> {
  const made = new URL(url)
  const name = `muster_proof_${crypto.randomUUID().replaceAll('-', '')}`
  made.pathname = `/${name}`
  await administer(url, `create database ${name}`)
  await migrate(made.href)
  await migrateQueue(made.href)
  return made.href
}

/** A copy of a database that nobody is connected to, on the same server. @returns its URL */
export async function copyDatabase(url: string): Promise<string> {
  const copy = new URL(url)
  const name = `muster_proof_${crypto.randomUUID().replaceAll('-', '')}`
  copy.pathname = `/${name}`
  await administer(serverOf(url), `create database ${name} template ${new URL(url).pathname.slice(1)}`)
  return copy.href
}

export async function dropDatabase(url: string): Promise<void> {
  await administer(serverOf(url), `drop database ${new URL(url).pathname.slice(1)} with (force)`)
}

// A database that is copied or dropped is not the one to be connected to.
function serverOf(url: string): string {
  const server = new URL(url)
  server.pathname = '/postgres'
  return server.href
}

async function startEmbedded(): Promise<{ url: string; stop: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'muster-proof-'))
  await chmod(dataDir, 0o755) // as root, PostgreSQL runs as another user, who has to get in
  const embedded = await openEmbedded({ dataDir })
  return {
    url: embedded.url,
    stop: async () => {
      await embedded.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function administer(url: string, statement: string): Promise<string> {
  const client = new Client(url)
  await client.connect()
  try {
    const { rows } = await client.query(statement)
    return String(Object.values(rows[0] ?? {})[0] ?? '')
  } finally {
    await client.end()
  }
}
