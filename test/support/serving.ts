import sql from 'sql-template-tag'
import { type OwnMailServer, openMailServer } from '../../proofs/support/mail-server.ts'
import type { Actor } from '../../src/access/actor.ts'
import { hashPassword } from '../../src/access/passwords.ts'
import type { Config } from '../../src/config.ts'
import { findFreePort } from '../../src/database/embedded-server.ts'
import type { Portal } from '../../src/portal.ts'
import { openServer } from '../../src/server/open.ts'
import { startWorker } from '../../src/worker/work.ts'
import { testPortal } from './portal.ts'

/** A portal that serves: pages and API on a port, a worker, a mail server that gets what it sends. */
export type Serving = AsyncDisposable & { portal: Portal; url: string; smtp: OwnMailServer }

/** Everyone's password in the journeys. */
export const PASSWORD = 'brass-kettle-winter'

/**
 * @param seed what is there before the worker starts: it would be at it at the same time
 * @param settings configuration that differs, and `worker: false` where everything is to stay as it is
 */
export async function serving(
  seed: (portal: Portal) => Promise<void>,
  { worker = true, ...settings }: Partial<Config> & { worker?: boolean } = {},
): Promise<Serving> {
  const smtp = await openMailServer()
  const port = settings.port ?? (await findFreePort())
  const url = `http://127.0.0.1:${port}`
  const portal = await testPortal({ smtpUrl: smtp.url, publicUrl: url, port, ...settings })
  await seed(portal)
  const app = await openServer(portal)
  await app.listen({ host: '127.0.0.1', port })
  if (worker) startWorker(portal)
  return {
    portal,
    url,
    smtp,
    [Symbol.asyncDispose]: async () => {
      await app.close()
      await portal[Symbol.asyncDispose]()
      await smtp.stop()
    },
  }
}

/** Gives somebody the journeys' password, so that they can sign in. */
export async function givePassword(portal: Portal, actor: Actor): Promise<Actor> {
  const hash = await hashPassword(PASSWORD)
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update administrator set password_hash = ${hash} where id = ${actor.administratorId}`),
  )
  return actor
}
