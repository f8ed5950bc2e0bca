import { setTimeout as sleep } from 'node:timers/promises'
import { findFreePort } from '../../src/database/embedded-server.ts'
import { musterProcess } from '../support/muster-process.ts'
import { openEmbeddedStand, postmaster } from './embedded-stand.ts'
import type { Family, Fault } from './fault.ts'
import { sendLargeFile } from './large-file.ts'
import { openStand, type Stand } from './stand.ts'

const GOES_ON = { readyz: 200, sending: 202 } as const
const TAKEN = { readyz: 200, sending: 'taken' } as const

const PATIENCE_MS = 120_000

const halfOpen: Fault = {
  name: 'half-open: the network to PostgreSQL swallows all connections without closing one',
  during: 'applying',
  meanwhile: TAKEN,
  strike: async ({ network }) => network?.swallow(),
  look: async ({ network }) => {
    const left = () => {
      const { open, closed } = network?.swallowed() ?? { open: 0, closed: 0 }
      return open - closed
    }
    for (const end = Date.now() + PATIENCE_MS; left() > 0; await sleep(200))
      if (Date.now() > end) throw new Error(`${left()} dead connections are still waited for`)
  },
}

const outOfMemory: Fault = {
  name: 'a worker runs out of memory in a check',
  during: 'receiving',
  meanwhile: GOES_ON,
  strike: async (stand) => {
    await stand.worker.stop()
    large = await sendLargeFile(stand)
    await stand.worker.start({ NODE_OPTIONS: '--max-old-space-size=32' }).catch(() => {})
    for (const end = Date.now() + PATIENCE_MS; stand.worker.pid() !== undefined; await sleep(100))
      if (Date.now() > end) throw new Error('the worker has memory enough')
  },
  heal: ({ worker }) => worker.start(),
  after: ({ client }) => client.waitFor(large, ['checked']),
}

let large = 0

const frozenWorker: Fault = {
  name: 'a worker is frozen for longer than its lease',
  during: 'applying',
  meanwhile: GOES_ON,
  strike: async ({ worker }) => worker.pause(),
  look: () => sleep(25_000),
  heal: async ({ worker }) => worker.resume(),
}

export const machineFaults: Family = {
  name: 'machine',
  open: () =>
    openStand({
      people: 12_000,
      throughNetwork: true,
      settings: { DATABASE_STATEMENT_TIMEOUT_SECONDS: '5' },
    }),
  faults: [halfOpen, outOfMemory, frozenWorker],
}

const secondInstance: Fault = {
  name: 'a second instance is started on the same data folder',
  during: 'applying',
  quick: true,
  meanwhile: GOES_ON,
  strike: async (stand) => {
    const { dataDir } = stand as Stand & { dataDir: string }
    const settings = { MUSTER_DATA_DIR: dataDir, DATABASE_URL: '', PORT: String(await findFreePort()) }
    const second = musterProcess('second', 'both', settings)
    const refused = await second.start().then(
      async () => {
        await second.stop()
        return 'it started'
      },
      (error: Error) => error.message,
    )
    if (!refused.includes('already running on this data folder')) throw new Error(refused)
  },
}

const ownPostgresKilled: Fault = {
  name: 'Muster’s own PostgreSQL is killed',
  during: 'applying',
  meanwhile: TAKEN,
  strike: async (stand) => {
    const { dataDir } = stand as Stand & { dataDir: string }
    const before = await postmaster(dataDir)
    await stand.postgres.kill()
    for (const end = Date.now() + PATIENCE_MS; ; await sleep(100)) {
      const now = await postmaster(dataDir)
      if (now && now !== before) return
      if (Date.now() > end) throw new Error('nobody starts PostgreSQL again')
    }
  },
}

const secondAfterKill: Fault = {
  ...secondInstance,
  quick: false,
  name: 'a second instance is started after PostgreSQL was killed',
  during: 'receiving',
}

export const embeddedFaults: Family = {
  name: 'own PostgreSQL',
  open: () => openEmbeddedStand({ people: 12_000 }),
  faults: [secondInstance, ownPostgresKilled, secondAfterKill],
}
