import { addAdministrator } from '../../src/access/administrators.ts'
import { createToken } from '../../src/access/tokens.ts'
import { findFreePort } from '../../src/database/embedded-server.ts'
import { portalOn } from '../support/fresh-portal.ts'
import { type OwnMailServer, openMailServer } from '../support/mail-server.ts'
import { type MusterProcess, musterProcess } from '../support/muster-process.ts'
import { type Postgres, startPostgres } from '../support/postgres.ts'
import { disposeWhenInterrupted } from '../support/when-interrupted.ts'
import { installHalts } from './halts.ts'

type Sender = { id: number; token: string }

/** Two web and two worker processes on one PostgreSQL, and a mail server: all to be struck, but for the last. */
export type Cluster = AsyncDisposable & {
  postgres: Postgres
  /** The database, as a superuser. */
  url: string
  webs: MusterProcess[]
  workers: MusterProcess[]
  mail: OwnMailServer
  /** Who sends the files, to any organisation. */
  administrator: Sender
  /** Who agrees to what the other one does. */
  second: Sender
  /** Asked before a message is accepted; the name is the worker's. */
  beforeAccepting: (uploadId: number, worker: string) => Promise<void>
}

/** @throws Error when a process doesn't start; then nothing is left running */
export async function openCluster(): Promise<Cluster> {
  await using opened = new AsyncDisposableStack()
  using _ = disposeWhenInterrupted(opened)
  const postgres = opened.use(await startPostgres({ settings: { max_connections: '300' } }))
  const url = await postgres.makeDatabase()
  await installHalts(url)
  const mail = opened.use(
    await openMailServer({
      beforeAccepting: ({ messageId }, worker) =>
        cluster.beforeAccepting(Number(/^<results\.(\d+)@/.exec(messageId ?? '')?.[1]), worker),
    }),
  )
  const webs = [1, 2].map((n) => `web-${n}`)
  const workers = [1, 2].map((n) => `worker-${n}`)
  const start = async (name: string, role: 'web' | 'worker') => {
    const started = musterProcess(name, role, {
      DATABASE_URL: `${url}?application_name=${name}`, // so that PostgreSQL tells them apart
      SMTP_URL: mail.url.replace('//', `//${name}:any@`), // and the mail server
      PORT: String(await findFreePort()),
      MOBILE_REQUIRED: 'false',
      WORKER_CONCURRENCY: '12', // rounds that are held take places
      LOG_LEVEL: role === 'web' ? 'error' : 'info',
    })
    opened.defer(() => started.kill()) // one that is paused can't be asked to stop
    await started.start()
    return started
  }
  const cluster: Omit<Cluster, keyof AsyncDisposable> = {
    postgres,
    url,
    mail,
    webs: await Promise.all(webs.map((name) => start(name, 'web'))),
    workers: await Promise.all(workers.map((name) => start(name, 'worker'))),
    administrator: await makeSender(postgres, url, 'ann@trust.example'),
    second: await makeSender(postgres, url, 'bob@trust.example'),
    beforeAccepting: async () => {},
  }
  const running = opened.move()
  let over: Promise<void> | undefined
  // Whoever asks again waits for the same end.
  const end = () => {
    over ??= running.disposeAsync()
    return over
  }
  return Object.assign(cluster, { [Symbol.asyncDispose]: end })
}

async function makeSender(postgres: Postgres, url: string, email: string): Promise<Sender> {
  await using portal = await portalOn(url)
  await addAdministrator(portal, { email, role: 'global-administrator' })
  const [administrator] = await postgres.query<{ id: number }>(
    'select id from administrator where email_key = $1',
    [email],
    url,
  )
  return { id: administrator?.id as number, token: await createToken(portal, email) }
}
