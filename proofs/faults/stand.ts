import { type ApiClient, apiClient } from '../support/api-client.ts'
import { deploy } from '../support/deployment.ts'
import { makeOrganisation } from '../support/fresh-portal.ts'
import { lastNameOf } from '../support/last-name.ts'
import { type MailServer, openMailServer } from '../support/mail-server.ts'
import type { MusterProcess } from '../support/muster-process.ts'
import { type Postgres, startPostgres } from '../support/postgres.ts'
import { openSilentProxy, type SilentProxy } from '../support/silent-proxy.ts'

/** A portal in processes of its own, with people in it, to which something happens. */
export type Stand = AsyncDisposable & {
  postgres: Pick<Postgres, 'url' | 'folder' | 'query' | 'start' | 'stop' | 'kill'>
  /** Between Muster and PostgreSQL, where the stand has it. */
  network: SilentProxy | undefined
  web: MusterProcess
  worker: MusterProcess
  mail: MailServer
  client: ApiClient
  token: string
  /** One statement on the portal's database, past its code. */
  sql<Row>(statement: string, values?: unknown[]): Promise<Row[]>
  databaseUrl: string
  people: number
  /** How often everyone has been changed: each fault's upload does so once. */
  rounds: number
  /** Uploads that were taken so far. */
  taken: number
}

export const CODE = 'RX1'
export const ANN = 'rx1@trust.example'

/**
 * Opens one with a web process, a worker and a mail server.
 * @param options.people how many an upload changes: 5,000 make a chunk
 */
export async function openStand(options: {
  people: number
  postgres?: Parameters<typeof startPostgres>[0]
  settings?: Record<string, string>
  mail?: MailServer
  throughNetwork?: boolean
}): Promise<Stand> {
  const postgres = await startPostgres(options.postgres)
  const mail = options.mail ?? (await openMailServer())
  const network = options.throughNetwork
    ? await openSilentProxy(Number(new URL(postgres.url).port))
    : undefined
  const deployment = await deploy(postgres, {
    webs: 1,
    workers: 1,
    settings: { SMTP_URL: mail.url, ...options.settings },
    ...(network ? { port: network.port } : {}),
  })
  await deployment.withPortal((portal) => makeOrganisation(portal, CODE))
  const [web, worker] = [...deployment.webs, ...deployment.workers] as [MusterProcess, MusterProcess]
  const token = await deployment.tokenOf(ANN)
  const stand: Stand = {
    postgres,
    network,
    web,
    worker,
    mail,
    client: apiClient(token, () => web.url),
    token,
    sql: (statement, values) => postgres.query(statement, values, deployment.databaseUrl),
    databaseUrl: deployment.databaseUrl,
    people: options.people,
    rounds: 0,
    taken: 0,
    [Symbol.asyncDispose]: async () => {
      await deployment[Symbol.asyncDispose]()
      await mail[Symbol.asyncDispose]()
      await network?.[Symbol.asyncDispose]()
      await postgres[Symbol.asyncDispose]()
    },
  }
  await createPeople(stand)
  return stand
}

/** What a supervisor hears: 0 where nobody answers within ten seconds. */
export async function healthOf({ web }: Pick<Stand, 'web'>): Promise<{ livez: number; readyz: number }> {
  const ask = (path: string) =>
    fetch(`${web.url}${path}`, { signal: AbortSignal.timeout(10_000) }).then(
      ({ status }) => status,
      () => 0,
    )
  const [livez, readyz] = await Promise.all([ask('/livez'), ask('/readyz')])
  return { livez, readyz }
}

export async function createPeople(stand: Stand): Promise<void> {
  const lines = Array.from(
    { length: stand.people },
    (_, n) => `L${n},Sam,${lastNameOf(`${n}`)},07${100_000_000 + n}`,
  )
  const file = ['LocalID,FirstName,LastName,Mobile', ...lines].join('\n')
  const { id } = await stand.client.send(file, { organisation: CODE, mode: 'create', key: 'people' })
  await stand.client.waitFor(id, ['checked'])
  await stand.client.confirm(id)
  await stand.client.waitFor(id, ['completed'])
  stand.taken++
}
