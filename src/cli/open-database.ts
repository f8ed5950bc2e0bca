import { type Config, readConfig } from '../config.ts'
import { openEmbedded } from '../database/embedded.ts'
import { goesInClear } from '../database/in-clear.ts'
import { makeLogin, mayOnlyServe } from '../database/login.ts'
import { isMigrated, migrate } from '../database/migrate.ts'
import { openLog } from '../log.ts'
import { openPortal, type Portal } from '../portal.ts'
import { migrateQueue } from '../queue/migrate.ts'
import { Failure } from './failure.ts'

/** A migrated database, the configured one or Muster's own, for as long as `work` takes. It is told what was migrated. */
export async function withDatabase<T>(
  config: Config,
  say: (message: string) => void,
  work: (url: string, migrated: string[]) => Promise<T>,
): Promise<T> {
  if (config.databaseUrl !== undefined) {
    const { databaseUrl, migrationDatabaseUrl = databaseUrl } = config
    if (goesInClear(databaseUrl) || goesInClear(migrationDatabaseUrl)) say(IN_CLEAR)
    return work(databaseUrl, await migrateGiven(databaseUrl, migrationDatabaseUrl))
  }
  const embedded = await openEmbedded({ dataDir: config.dataDir, log: say })
  try {
    const migrated = await migrateAll(embedded.url, embedded.loginUrl)
    return await work(embedded.loginUrl, migrated)
  } finally {
    await embedded.stop()
  }
}

/**
 * The portal on a migrated database, for a command that does one thing and ends. It speaks for itself: only warnings are
 * logged, unless LOG_LEVEL asks for more.
 */
export function withPortal<T>(work: (portal: Portal) => Promise<T>): Promise<T> {
  const config = readConfig(undefined, { LOG_LEVEL: 'warn' })
  const say = (message: string) => console.error(message)
  return withDatabase(config, say, async (databaseUrl) => {
    const log = openLog(config.logLevel, 'stderr')
    const portal = await openPortal(config, { databaseUrl, log, supervise: false })
    try {
      return await work(portal)
    } finally {
      await portal[Symbol.asyncDispose]()
    }
  })
}

const IN_CLEAR =
  'Warning: the database is on another machine, and what goes there, the password too, can be read on the way. Add ?sslmode=verify-full to DATABASE_URL (and MIGRATION_DATABASE_URL), unless the network between is yours alone.'

async function migrateGiven(url: string, ownerUrl: string): Promise<string[]> {
  try {
    if (url !== ownerUrl || !(await mayOnlyServe(url))) return await migrateAll(ownerUrl, url)
    if (await isMigrated(url)) return []
  } catch (cause) {
    const why = WHY[(cause as { code?: string }).code ?? '']
    if (why === undefined) throw cause
    const { host, pathname } = new URL(url)
    throw new Failure(
      `The database ${pathname.slice(1)} at ${host} can't be used: ${why} See DATABASE_URL.`,
      { cause },
    )
  }
  throw new Failure(
    'The database isn’t at this version, and the user of DATABASE_URL may not bring it there. Run "muster migrate" with MIGRATION_DATABASE_URL set, and start again.',
  )
}

function migrateAll(ownerUrl: string, loginUrl: string): Promise<string[]> {
  return migrate(ownerUrl, async () => {
    await migrateQueue(ownerUrl)
    if (loginUrl !== ownerUrl) await makeLogin(ownerUrl, loginUrl)
  })
}

const WHY: Record<string, string> = {
  ECONNREFUSED: 'nothing answers there. Is PostgreSQL running?',
  ENOTFOUND: 'there is no such host.',
  ETIMEDOUT: 'it does not answer.',
  '28P01': 'the password is not right.',
  '28000': 'the user may not connect.',
  '3D000': 'there is no database of this name. Create it first.',
  '42501': 'the user may not create the tables. It must own the database and be allowed to create a role.',
}
