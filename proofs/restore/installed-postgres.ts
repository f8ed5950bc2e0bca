import { spawn } from 'node:child_process'
import { chown, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { Client } from 'pg'
import { chooseFolders, exists, type Owner } from '../../src/database/embedded-folders.ts'
import { findFreePort } from '../../src/database/embedded-server.ts'

/** What a backup takes, and what the PostgreSQL that Muster brings doesn't hold. */
const NEEDED = ['initdb', 'pg_ctl', 'pg_dump', 'pg_restore', 'pg_basebackup']

/** The folder of this system's newest PostgreSQL programs; undefined when they aren't installed. */
export async function findPrograms(): Promise<string | undefined> {
  const packaged = await readdir('/usr/lib/postgresql').catch(() => [])
  const newestFirst = packaged.sort((one, other) => Number(other) - Number(one))
  const folders = [
    ...newestFirst.map((major) => join('/usr/lib/postgresql', major, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ]
  for (const folder of folders) {
    const has = await Promise.all(NEEDED.map((program) => exists(join(folder, program))))
    if (has.every(Boolean)) return folder
  }
  return undefined
}

/** A folder of a proof's own on a disk that PostgreSQL's user can use, gone when disposed. */
export type Place = AsyncDisposable & { folder: string; owner: Owner | undefined }

export async function makePlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-restore-'))
  const { owner } = await chooseFolders(folder, () => {}) // as root, PostgreSQL runs as another user
  if (owner) await chown(folder, owner.uid, owner.gid)
  return {
    folder,
    owner,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** A PostgreSQL server that an operator has set up, with its superuser `postgres`; it trusts everybody on this machine. */
export type Server = AsyncDisposable & {
  port: number
  urlOf(user: string, database: string): string
  query<Row>(statement: string, values?: unknown[], database?: string): Promise<Row[]>
  /** A program as an operator types it, with PGHOST, PGPORT and PGUSER set, in the place's folder. */
  type(command: string): Promise<void>
}

/** @param name of the data folder in the place; made when it isn't there */
export async function startServer(programs: string, place: Place, name: string): Promise<Server> {
  const data = join(place.folder, name)
  const port = await findFreePort()
  const environment = { PGHOST: '127.0.0.1', PGPORT: String(port), PGUSER: 'postgres' }
  const type = (command: string) => run(programs, command.split(' '), place, environment)
  if (!(await stat(data).catch(() => undefined))) {
    await mkdir(data, { mode: 0o700 })
    if (place.owner) await chown(data, place.owner.uid, place.owner.gid)
    await type(`initdb -D ${name} -U postgres -A trust -E UTF8 --locale=C`)
  }
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=`
  await run(
    programs,
    ['pg_ctl', 'start', '-D', name, '-l', `${name}.log`, '-o', options, '-s', '-w'],
    place,
    environment,
  )
  const urlOf = (user: string, database: string) => `postgres://${user}:secret@127.0.0.1:${port}/${database}`
  return {
    port,
    urlOf,
    type,
    query: async <Row>(statement: string, values: unknown[] = [], database = 'muster') => {
      const client = new Client(urlOf('postgres', database))
      await client.connect()
      try {
        return (await client.query(statement, values)).rows as Row[]
      } finally {
        await client.end()
      }
    },
    [Symbol.asyncDispose]: () => type(`pg_ctl stop -D ${name} -m fast -s -w`),
  }
}

async function run(
  programs: string,
  [program = '', ...parameters]: string[],
  { folder, owner }: Place,
  environment: Record<string, string>,
): Promise<void> {
  const child = spawn(join(programs, program), parameters, {
    ...owner,
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
  // 'exit', for a server that was started keeps the streams open
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('exit', resolve))
  if (code !== 0) throw new Error(`${program} has ended with ${code}: ${said.trim()}`)
}
