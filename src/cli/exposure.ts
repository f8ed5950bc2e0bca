import type { Config } from '../config.ts'
import { selectLoginRights } from '../database/login-rights.ts'
import { selectDemo } from '../demo/store.ts'
import { isLoopback } from '../loopback.ts'
import type { Portal } from '../portal.ts'
import { Failure } from './failure.ts'

/** What can be read on its way to and from whoever uses the portal, in words for the operator; undefined when nothing. */
export function httpInClear({ host, trustProxy, publicUrl }: Config): string | undefined {
  if (isLoopback(host) || (trustProxy !== undefined && publicUrl.startsWith('https:'))) return undefined
  return `Warning: Muster listens on ${host}, and speaks no HTTPS itself: passwords and what people see can be read on the way. Put a web server with HTTPS in front, name it in TRUST_PROXY, and set PUBLIC_URL to the https:// address (docs/operations.md).`
}

/** What whoever could run a statement of their own on the portal's connections would have by the login behind them. */
export async function strongLogin({ database }: Portal): Promise<string | undefined> {
  const rights = await database.transaction([], selectLoginRights)
  if (!rights?.isSuperuser && !rights?.ownsTables) return undefined
  const what = rights.isSuperuser ? 'may do everything in PostgreSQL' : 'owns Muster’s tables'
  return `Warning: the user of DATABASE_URL ${what}, and serving needs nothing of that. Name it in MIGRATION_DATABASE_URL, and in DATABASE_URL a login that may only serve (docs/operations.md).`
}

/** The same of the demo, whose passwords are no secret. */
export async function publicDemo({ config, database }: Portal): Promise<string | undefined> {
  if (isLoopback(config.host) || !(await database.transaction('everything', selectDemo))) return undefined
  return `Warning: this database holds the demo, and whoever reaches Muster on ${config.host} can sign in with its passwords, which everybody knows. Serve another database (MUSTER_DATA_DIR, DATABASE_URL).`
}

/** @throws Failure where others than this machine's own users could sign in to the demo: its passwords are no secret */
export function refusePublicDemo({ host }: Config): void {
  if (isLoopback(host)) return
  throw new Failure(
    `"muster start" is for trying Muster on this machine: whoever reached it on HOST=${host} could sign in with the demo’s passwords, which everybody knows. Leave HOST out; or run "muster serve" on an empty database, as docs/operations.md says.`,
  )
}
