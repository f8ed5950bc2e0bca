import { findFreePort } from '../../src/database/embedded-server.ts'
import { type OwnMailServer, openMailServer } from './mail-server.ts'
import { type MusterProcess, musterProcess } from './muster-process.ts'

/** A portal as docs/operations.md has it: a web process and a worker on one database, and a mail server. */
export type WebAndWorker = AsyncDisposable & {
  web: MusterProcess
  worker: MusterProcess
  mail: OwnMailServer
}

/**
 * Makes them; the caller starts them, and disposing stops them.
 * @param settings of both processes, over those that they need
 */
export async function webAndWorker(
  name: string,
  databaseUrl: string,
  settings: Record<string, string> = {},
): Promise<WebAndWorker> {
  const mail = await openMailServer()
  const port = String(await findFreePort())
  const all = {
    DATABASE_URL: databaseUrl,
    PORT: port,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    SMTP_URL: mail.url,
    ...settings,
  }
  const web = musterProcess(`${name} web`, 'web', all)
  const worker = musterProcess(`${name} worker`, 'worker', all)
  return {
    web,
    worker,
    mail,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([web.stop(), worker.stop()])
      await mail[Symbol.asyncDispose]()
    },
  }
}
