import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { connectionConfig, PORTAL_ROLE } from './open.ts'

const FOLDER = join(import.meta.dirname, 'migrations')

// This is the key of the lock that lets one process migrate at a time. The number itself means nothing.
const MIGRATION_LOCK = 7_266_001

/** The database was migrated by a newer Muster than this one. */
export class SchemaTooNew extends Error {
  override name = 'SchemaTooNew'
}

/**
 * Brings the schema up to this version, each numbered file in a transaction of its own; safe when many processes start
 * at once. Connects as the URL's own user, since the portal's role owns nothing.
 * @param also what belongs to it but isn't in the files (the queue's tables), done while nobody else migrates
 * @returns the names of the files that were run
 * @throws SchemaTooNew when the database knows a migration that this version doesn't have
 */
export async function migrate(url: string, also?: () => Promise<void>): Promise<string[]> {
  const client = new Client(connectionConfig(url))
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await client.query('set client_min_messages = warning')
    await client.query(
      'create table if not exists migration (name text primary key, run_at timestamptz not null default now())',
    )
    const done = new Set(
      (await client.query('select name from migration')).rows.map((row) => row.name as string),
    )
    const files = await migrationFiles()
    refuseNewer(done, files)
    const missing = files.filter((name) => !done.has(name))
    for (const name of missing) await run(client, name)
    await also?.()
    return missing
  } finally {
    await client.end()
  }
}

/**
 * Whether the database is at this version, for a login that may not bring it there.
 * @throws SchemaTooNew as migrating does
 */
export async function isMigrated(url: string): Promise<boolean> {
  const client = new Client(connectionConfig(url, PORTAL_ROLE))
  await client.connect()
  try {
    const table = await client.query("select to_regclass('public.migration') is not null as exists")
    if (!table.rows[0]?.exists) return false
    const done = new Set(
      (await client.query('select name from migration')).rows.map((row) => row.name as string),
    )
    const files = await migrationFiles()
    refuseNewer(done, files)
    return files.every((name) => done.has(name))
  } finally {
    await client.end()
  }
}

/** The names of this version's migrations, in order. */
export async function migrationFiles(): Promise<string[]> {
  return (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).sort()
}

async function run(client: Client, name: string): Promise<void> {
  const text = await readFile(join(FOLDER, name), 'utf8')
  await client.query('begin')
  try {
    await client.query(text)
    await client.query('insert into migration (name) values ($1)', [name])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw new Error(`Migration ${name} failed: ${(error as Error).message}`, { cause: error })
  }
}

function refuseNewer(done: Set<string>, files: string[]): void {
  const unknown = [...done].filter((name) => !files.includes(name))
  if (unknown.length > 0) {
    throw new SchemaTooNew(
      `The database is newer than this version of Muster (it has ${unknown.join(', ')}). Update Muster and start again.`,
    )
  }
}
