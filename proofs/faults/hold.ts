import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { nameOf } from './spoil-postgres.ts'
import type { Stand } from './stand.ts'

type Held = { release(): Promise<unknown> }

const held = new WeakMap<Stand, Held>()

/** Keeps what a fault holds on to until it is called again without anything: then that is let go. */
export async function putAside(stand: Stand, holding?: Held): Promise<void> {
  await held.get(stand)?.release()
  if (holding) held.set(stand, holding)
  else held.delete(stand)
}

/** Holds one account's row, as somebody does who has changed it and doesn't commit. */
export async function holdRow(stand: Stand, localId: string): Promise<Held> {
  const client = await connected(stand.databaseUrl)
  await client.query('begin')
  await client.query('select from account where local_id = $1 for update', [localId])
  return { release: () => client.end() }
}

/** Takes every connection that PostgreSQL gives, the portal's own too. */
export async function holdSlots(stand: Stand): Promise<Held> {
  const clients = [await connected(stand.postgres.url)]
  const [first] = clients as [Client]
  for (const end = Date.now() + 60_000; ; ) {
    const more = await connected(stand.postgres.url).catch(() => undefined)
    if (more) clients.push(more)
    if (more) continue
    const { rowCount } = await first.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
      [nameOf(stand)],
    )
    if (rowCount === 0) break
    if (Date.now() > end) throw new Error('the portal always was quicker')
  }
  return { release: () => Promise.all(clients.map((client) => client.end())) }
}

/** Waits until a kind of job has failed so many times more, as the worker's log says. */
export async function isFailing({ worker }: Stand, job: string, times: number): Promise<void> {
  const failures = () => worker.log().filter((line) => line.job === job && /job failed/.test(line.msg ?? ''))
  const before = failures().length
  for (const end = Date.now() + 150_000; failures().length < before + times; await sleep(200))
    if (Date.now() > end) throw new Error(`${job} has failed ${failures().length - before} times`)
}

async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  await client.connect()
  return client
}
