import { createToken } from '../../src/access/tokens.ts'
import { findFreePort } from '../../src/database/embedded-server.ts'
import type { Portal } from '../../src/portal.ts'
import { portalOn } from './fresh-portal.ts'
import { type MusterProcess, musterProcess } from './muster-process.ts'
import type { Postgres } from './postgres.ts'

/** Muster as an operator runs it in several processes, on one database of the proof's PostgreSQL. */
export type Deployment = AsyncDisposable & {
  databaseUrl: string
  webs: MusterProcess[]
  workers: MusterProcess[]
  /** Does something with the portal's own functions, in the proof's process: to make organisations, say. */
  withPortal<T>(work: (portal: Portal) => Promise<T>): Promise<T>
  /** An API token of an administrator who is there already. */
  tokenOf(email: string): Promise<string>
}

/**
 * @param options.settings of every process, over those that it needs
 * @param options.port by which the processes reach PostgreSQL, where it isn't its own
 */
export async function deploy(
  postgres: Postgres,
  options: { webs: number; workers: number; settings?: Record<string, string>; port?: number },
): Promise<Deployment> {
  const databaseUrl = await postgres.makeDatabase()
  const reached = new URL(databaseUrl)
  if (options.port) reached.port = String(options.port)
  const settings = { DATABASE_URL: reached.href, ...options.settings }
  const webs: MusterProcess[] = []
  for (let n = 1; n <= options.webs; n++)
    webs.push(musterProcess(`web ${n}`, 'web', { ...settings, PORT: String(await findFreePort()) }))
  const workers = Array.from({ length: options.workers }, (_, n) =>
    musterProcess(`worker ${n + 1}`, 'worker', settings),
  )
  const withPortal = async <T>(work: (portal: Portal) => Promise<T>) => {
    await using portal = await portalOn(databaseUrl)
    return await work(portal)
  }
  await Promise.all([...webs, ...workers].map((one) => one.start()))
  return {
    databaseUrl,
    webs,
    workers,
    withPortal,
    tokenOf: (email) => withPortal((portal) => createToken(portal, email)),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...webs, ...workers].map((one) => one.stop()))
    },
  }
}
