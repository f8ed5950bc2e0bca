import { type Place, type Server, startServer } from './installed-postgres.ts'

/** How a backup is taken and brought back, as docs/operations.md tells it: a test compares the two. */
export const WAYS = ['dump', 'base backup'] as const

export type Way = (typeof WAYS)[number]

/** What an operator types to make the database that DATABASE_URL names; the password is theirs. */
export const MAKE_ROLE = `create role muster login createrole password '…'`
export const MAKE_DATABASE = 'create database muster owner muster'

/** On another server there are no roles yet; the migrations made this one. */
export const MAKE_PORTAL_ROLE = [
  'create role muster_portal nologin',
  'grant muster_portal to muster with admin option',
]

export const TAKE: Record<Way, string> = {
  dump: 'pg_dump -Fc -f muster.dump muster',
  'base backup': 'pg_basebackup -D muster-backup --checkpoint=fast',
}

export const RESTORE_DUMP = 'pg_restore --exit-on-error -d muster muster.dump'

const BASE_BACKUP = 'muster-backup'

/** Another server, with what the backup held. */
export async function restore(programs: string, place: Place, way: Way): Promise<Server> {
  if (way === 'base backup') return startServer(programs, place, BASE_BACKUP)
  const server = await startServer(programs, place, 'restored')
  for (const statement of [MAKE_ROLE.replace('…', 'secret'), ...MAKE_PORTAL_ROLE, MAKE_DATABASE])
    await server.query(statement, [], 'postgres')
  await server.type(RESTORE_DUMP)
  return server
}

/** Whether the dump that is being taken has its view of the data, which doesn't change whatever comes later. */
export async function dumpHasBegun(server: Server): Promise<boolean> {
  const copying = await server.query(
    `select from pg_stat_activity where application_name = 'pg_dump' and query like 'COPY%'`,
  )
  return copying.length > 0
}
