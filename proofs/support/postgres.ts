import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { findBinaries } from '../../src/database/embedded-binaries.ts'
import { type Cluster, openCluster } from '../../src/database/embedded-cluster.ts'
import { chooseFolders } from '../../src/database/embedded-folders.ts'
import { urlOf } from '../../src/database/embedded-membership.ts'
import { findFreePort, findServer, startServer, stopServer } from '../../src/database/embedded-server.ts'
import { makeDatabase } from './database-server.ts'

/**
 * A PostgreSQL of the proof's own, of the programs that Muster brings, which the proof stops, kills and starts as it
 * likes: nobody else starts it again. It keeps its port.
 */
export type Postgres = AsyncDisposable & {
  /** Of the database `postgres`, as a superuser. */
  url: string
  /** The folder of its data. */
  folder: string
  /** A new, migrated database. */
  makeDatabase(): Promise<string>
  start(): Promise<void>
  stop(): Promise<void>
  /** SIGKILL to the postmaster: as when the machine's power fails, but for the disk's cache. */
  kill(): Promise<void>
  /** One statement past the portal's code. */
  query<Row>(statement: string, values?: unknown[], url?: string): Promise<Row[]>
}

/**
 * @param options.settings of PostgreSQL, over those that Muster writes
 * @param options.environment of its processes: a library that is loaded before the others, say
 * @param options.prepare what is done to the folder of its data before it is started for the first time
 * @param options.dataDir where its data is to lie; a folder of its own, removed in the end, when left out
 */
export async function startPostgres(
  options: {
    settings?: Record<string, string>
    dataDir?: string
    environment?: Record<string, string>
    prepare?: (folder: string) => Promise<void>
  } = {},
): Promise<Postgres> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'muster-postgres-')))
  await mkdir(dataDir, { recursive: true })
  await chmod(dataDir, 0o755) // as root, PostgreSQL runs as another user, who has to get in
  const say = () => {}
  const folders = await chooseFolders(dataDir, say)
  const cluster = await openCluster(folders, await findBinaries(folders.home, folders.owner), say)
  const port = await findFreePort()
  const url = urlOf(cluster, port, 'postgres')
  let isOver = false
  const start = async () => {
    if (isOver) throw new Error('the proof is over')
    if (options.environment) return startWith(cluster, port, options.environment)
    // After a kill its memory is held for a moment longer.
    while (!(await startServer(cluster, port))) await sleep(100)
  }
  const query = async <Row>(statement: string, values: unknown[] = [], at = url) => {
    const client = new Client(at)
    client.on('error', () => {}) // it may be killed under it
    await client.connect()
    try {
      return (await client.query(statement, values)).rows as Row[]
    } finally {
      await client.end().catch(() => {})
    }
  }
  const stop = async () => {
    if (await findServer(cluster)) await stopServer(cluster)
  }
  await options.prepare?.(cluster.folder)
  await start()
  for (const [name, value] of Object.entries(options.settings ?? {}))
    await query(`alter system set ${name} = '${value}'`)
  if (options.settings) {
    await stop()
    await start()
  }
  return {
    url,
    folder: cluster.folder,
    start,
    stop,
    query,
    kill: async () => {
      const pid = await postmaster(cluster.folder)
      if (pid) process.kill(pid, 'SIGKILL')
    },
    makeDatabase: () => makeDatabase(url),
    [Symbol.asyncDispose]: async () => {
      isOver = true
      await stop()
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function startWith(
  { binaries, folder, owner }: Cluster,
  port: number,
  environment: Record<string, string>,
): Promise<void> {
  const options = ['-D', folder, '-l', join(folder, 'server.log'), '-o', `-p ${port}`, '-s', '-w']
  const started = spawn(join(binaries.folder, 'pg_ctl'), ['start', ...options], {
    ...owner,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', ...environment },
    cwd: '/',
    stdio: 'ignore',
    detached: true,
  })
  const [code] = await once(started, 'exit')
  if (code !== 0) throw new Error(`PostgreSQL doesn't start (${code}): see ${join(folder, 'server.log')}`)
}

async function postmaster(folder: string): Promise<number | undefined> {
  const file = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')
  return Number(file.split('\n')[0]) || undefined
}
