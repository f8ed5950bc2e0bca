import type { FastifyInstance } from 'fastify'
import type { Config } from '../config.ts'
import { type Database, openDatabase } from '../database/open.ts'
import { takeServingLock } from '../database/serving-lock.ts'
import { openLog } from '../log.ts'
import { openPortal, type Portal } from '../portal.ts'
import { openServer } from '../server/open.ts'
import { startWorker } from '../worker/work.ts'
import { httpInClear, publicDemo, strongLogin } from './exposure.ts'
import { Failure } from './failure.ts'
import { withDatabase } from './open-database.ts'
import { untilStopped } from './signals.ts'

export type Serving = {
  web: boolean
  worker: boolean
  /** Told, in plain words, what takes its time. */
  say: (message: string) => void
  /** Before anything is served. */
  prepare?: (portal: Portal) => Promise<void>
  /** Once it answers; `address` is undefined for a worker alone. */
  ready: (portal: Portal, address: string | undefined) => Promise<void>
}

/**
 * Runs the portal until it is told to stop: opens what it needs in this order, and closes it in the opposite one.
 * @throws Failure when the port is taken, or another portal runs on the same data folder
 */
export async function serve(config: Config, serving: Serving): Promise<void> {
  const stopped = untilStopped()
  // The reader of our output may be gone before us (a pipe, Ctrl-C), and PostgreSQL has to be stopped all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  await withDatabase(config, serving.say, (databaseUrl) =>
    aloneOnDataFolder(config, databaseUrl, async () => {
      const log = openLog(config.logLevel)
      const portal = await openPortal(config, { databaseUrl, log, supervise: serving.worker })
      try {
        await serving.prepare?.(portal)
        await run(portal, serving, stopped)
      } finally {
        await portal[Symbol.asyncDispose]()
      }
    }),
  )
}

async function run(portal: Portal, serving: Serving, stopped: Promise<void>): Promise<void> {
  const app = serving.web ? await openServer(portal) : undefined
  try {
    const address = app ? await listen(app, portal.config) : undefined
    const exposed = app ? [httpInClear(portal.config), await publicDemo(portal)] : []
    for (const warning of [...exposed, await strongLogin(portal)]) if (warning) serving.say(warning)
    if (serving.worker) startWorker(portal)
    await serving.ready(portal, address)
    await stopped
    serving.say('Stopping.')
  } finally {
    portal.queue.stopWork() // at once, so that others go on with the jobs while requests are still answered here
    if (app) await close(app, portal.config.drainSeconds)
  }
}

// Muster's own PostgreSQL serves one portal; a configured one any number.
async function aloneOnDataFolder(config: Config, url: string, work: () => Promise<void>): Promise<void> {
  if (config.databaseUrl !== undefined) return work()
  const database: Database = openDatabase(url, { maxConnections: 1 })
  try {
    const lock = await takeServingLock(database)
    if (lock === undefined) {
      throw new Failure(
        `Muster is already running on this data folder (${config.dataDir}). Stop it first, or choose another folder with MUSTER_DATA_DIR and another port with PORT. For several processes on one database, set DATABASE_URL.`,
      )
    }
    try {
      await work()
    } finally {
      await lock.release()
    }
  } finally {
    await database.close()
  }
}

async function listen(app: FastifyInstance, { host, port }: Config): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (cause) {
    const why = WHY[(cause as { code?: string }).code ?? '']
    if (why === undefined) throw cause
    throw new Failure(why(host, port), { cause })
  }
}

const WHY: Record<string, (host: string, port: number) => string> = {
  EADDRINUSE: (_host, port) =>
    `Port ${port} is in use by another program. Stop that one, or choose another port, such as PORT=${port + 1}.`,
  EACCES: (_host, port) =>
    `Port ${port} may not be used by this user. Choose one above 1023, such as PORT=3000.`,
  EADDRNOTAVAIL: (host) =>
    `This machine has no address ${host}. Set HOST to one that it has, such as 127.0.0.1.`,
}

/** Takes no new request, lets the ones under way end, and cuts those that take too long. */
async function close(app: FastifyInstance, patienceSeconds: number): Promise<void> {
  const impatient = setTimeout(() => app.server.closeAllConnections(), patienceSeconds * 1_000)
  try {
    await app.close()
  } finally {
    clearTimeout(impatient)
  }
}
