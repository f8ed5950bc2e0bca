import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import type { Actor } from '../../src/access/actor.ts'
import { actorFor, addAdministrator } from '../../src/access/administrators.ts'
import { type Config, readConfig } from '../../src/config.ts'
import { openEmbedded } from '../../src/database/embedded.ts'
import { migrate } from '../../src/database/migrate.ts'
import { addOrganisation } from '../../src/directory/organisation.ts'
import { openLog } from '../../src/log.ts'
import { openPortal, type Portal } from '../../src/portal.ts'
import { migrateQueue } from '../../src/queue/open.ts'

/** A server to make databases on: the configured one, or an embedded one with a data folder of its own. */
export type DatabaseServer = AsyncDisposable & {
  /** `embedded PostgreSQL 18.4`, say. */
  name: string
  /** A new, empty, migrated database. */
  makeDatabase(): Promise<string>
  dropDatabase(url: string): Promise<void>
}

/** @param url the configured PostgreSQL; an embedded one is started, and removed with its data, when left out */
export async function openServer(url = process.env.DATABASE_URL): Promise<DatabaseServer> {
  const started = url === undefined ? await startEmbedded() : { url, stop: async () => {} }
  const name = await administer(started.url, 'show server_version')
  return {
    name: `${url === undefined ? 'embedded' : 'given'} PostgreSQL ${name.split(' ')[0]}`,
    makeDatabase: async () => {
      const made = new URL(started.url)
      const database = `muster_proof_${crypto.randomUUID().replaceAll('-', '')}`
      made.pathname = `/${database}`
      await administer(started.url, `create database ${database}`)
      await migrate(made.href)
      await migrateQueue(made.href)
      return made.href
    },
    dropDatabase: async (made) => {
      await administer(started.url, `drop database ${new URL(made).pathname.slice(1)} with (force)`)
    },
    [Symbol.asyncDispose]: started.stop,
  }
}

/** The portal on one of the server's databases. */
export function portalOn(databaseUrl: string, settings: Partial<Config> = {}): Promise<Portal> {
  const config = { ...readConfig({ LOG_LEVEL: 'fatal' }), ...settings, databaseUrl }
  return openPortal(config, { databaseUrl, log: openLog(config.logLevel) })
}

/** Places of any organisation that a proof makes. */
export const SITES = ['Main Hospital', 'Riverside Clinic', 'St Mary’s, North']
export const UNITS = ['Surgery', 'Medicine', 'Estates & Facilities']

/** An organisation with sites and units, and a local administrator of it. */
export async function makeOrganisation(
  portal: Portal,
  code: string,
): Promise<{ id: number; code: string; actor: Actor }> {
  const id = await addOrganisation(portal, {
    code,
    name: `${code} Trust`,
    sites: SITES.map((name, at) => ({ code: `${code}${at + 1}`, name })),
    units: UNITS.map((name) => ({ name, parent: null })),
  })
  return { id, code, actor: await makeAdministrator(portal, `${code.toLowerCase()}@trust.example`, code) }
}

export async function makeAdministrator(portal: Portal, email: string, code: string): Promise<Actor> {
  await addAdministrator(portal, { email, role: 'local-administrator', organisationCode: code })
  const { rows } = await portal.database.transaction('everything', (tx) =>
    tx.query('select id from administrator where email_key = $1', [email]),
  )
  return (await actorFor(portal, rows[0]?.id)) as Actor
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
