import { findFreePort } from '../../src/database/embedded-server.ts'
import { type ApiClient, apiClient } from '../support/api-client.ts'
import { type MailSink, openMailSink } from '../support/mail-sink.ts'
import { musterProcess } from '../support/muster-process.ts'

/** A portal as docs/operations.md has it: a web process and a worker on one database, and a mail server. */
export type ServedPortal = AsyncDisposable & { api: ApiClient; mail: MailSink }

export async function servePortal(name: string, databaseUrl: string, token: string): Promise<ServedPortal> {
  const mail = await openMailSink()
  const port = String(await findFreePort())
  const settings = {
    DATABASE_URL: databaseUrl,
    PORT: port,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    SMTP_URL: mail.url,
  }
  const web = musterProcess(`${name} web`, 'web', settings)
  const worker = musterProcess(`${name} worker`, 'worker', settings)
  await web.start()
  await worker.start()
  return {
    api: apiClient(token, () => web.url),
    mail,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([web.stop(), worker.stop()])
      await mail[Symbol.asyncDispose]()
    },
  }
}
