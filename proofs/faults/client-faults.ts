import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Family, Fault } from './fault.ts'
import { CODE, openStand, type Stand } from './stand.ts'

const GOES_ON = { readyz: 200, sending: 202 } as const

/** More than the portal has connections to its database. */
const MANY = 60

/** More than one piece of a file, so that there is something to be stored. */
const SENT_BYTES = 1_500_000

/** A client from whom nothing comes is cut after a minute; slow headers are looked at every half minute. */
const PATIENCE_MS = 130_000

const gone: Fault = {
  name: 'clients are gone in the middle of their uploads',
  during: 'receiving',
  quick: true,
  meanwhile: GOES_ON,
  strike: async (stand) => {
    const clients = await beginUploads(stand, MANY)
    await sleep(1_000)
    for (const client of clients) client.destroy()
  },
  after: (stand) => untilIdle(stand),
}

const slowBodies: Fault = {
  name: 'slow loris: many clients send their files a byte at a time',
  during: 'receiving',
  quick: true,
  meanwhile: GOES_ON,
  strike: async (stand) => trickle(stand, await beginUploads(stand, MANY), 'a'),
  look: (stand) => untilIdle(stand),
  after: async (stand) => letGo(stand),
}

const slowHeaders: Fault = {
  name: 'slow loris: many clients send their headers a byte at a time',
  during: 'receiving',
  meanwhile: GOES_ON,
  strike: async (stand) => {
    const clients = Array.from({ length: 4 * MANY }, () => open(stand))
    for (const client of clients) client.write('POST /api/v1/uploads HTTP/1.1\r\nHost: muster\r\nX-Slow: ')
    trickle(stand, clients, 'a')
  },
  look: (stand) => untilCut(stand),
  after: async (stand) => letGo(stand),
}

const silent: Fault = {
  name: 'half-open: many clients vanish in the middle of their uploads without a word',
  during: 'receiving',
  meanwhile: GOES_ON,
  strike: async (stand) => {
    const clients = await beginUploads(stand, MANY)
    slow.set(stand, { clients, timer: setInterval(() => {}, 60_000) })
  },
  look: (stand) => untilCut(stand),
  after: async (stand) => letGo(stand),
}

export const clientFaults: Family = {
  name: 'clients',
  open: () => openStand({ people: 2_000 }),
  faults: [gone, slowBodies, slowHeaders, silent],
}

const slow = new WeakMap<Stand, { clients: Socket[]; timer: NodeJS.Timeout }>()

/** Each of them sends the head of an upload and a good part of it. */
async function beginUploads(stand: Stand, count: number): Promise<Socket[]> {
  const clients = Array.from({ length: count }, () => open(stand))
  const head = [
    `POST /api/v1/uploads?organisation=${CODE}&mode=update HTTP/1.1`,
    'Host: muster',
    `Authorization: Bearer ${stand.token}`,
    'Content-Type: text/csv',
    `Content-Length: ${10 * SENT_BYTES}`,
  ]
  const part = 'LocalID,JobTitle\n'.padEnd(SENT_BYTES, 'L1,Nurse\n')
  await Promise.all(
    clients.map(
      (client) => new Promise((resolve) => client.write(`${head.join('\r\n')}\r\n\r\n${part}`, resolve)),
    ),
  )
  return clients
}

function open({ web }: Stand): Socket {
  const client = connect(Number(new URL(web.url).port), '127.0.0.1')
  client.on('error', () => {})
  client.resume()
  return client
}

function trickle(stand: Stand, clients: Socket[], byte: string): void {
  const timer = setInterval(() => {
    for (const client of clients) if (client.writable) client.write(byte)
  }, 1_000)
  slow.set(stand, { clients, timer })
}

function letGo(stand: Stand): void {
  const held = slow.get(stand)
  clearInterval(held?.timer)
  for (const client of held?.clients ?? []) client.destroy()
}

/** None of the portal's connections to its database is held by somebody who doesn't end. */
async function untilIdle(stand: Stand): Promise<void> {
  for (const end = Date.now() + 15_000; ; await sleep(200)) {
    const [busy] = await stand.sql<{ count: number }>(
      `select count(*)::integer as count from pg_stat_activity where datname = current_database()
         and application_name = 'muster' and state = 'idle in transaction'`,
    )
    if (busy?.count === 0) return
    if (Date.now() > end) throw new Error(`${busy?.count} transactions wait for clients`)
  }
}

async function untilCut(stand: Stand): Promise<void> {
  const { clients } = slow.get(stand) ?? { clients: [] }
  const left = () => clients.filter((client) => !client.closed).length
  for (const end = Date.now() + PATIENCE_MS; left() > 0; await sleep(500))
    if (Date.now() > end) throw new Error(`${left()} of ${clients.length} clients are still there`)
}
