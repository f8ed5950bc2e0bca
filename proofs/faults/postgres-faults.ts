import { setTimeout as sleep } from 'node:timers/promises'
import type { Family, Fault } from './fault.ts'
import { type HalfSent, sendHalf } from './half-sent.ts'
import { holdRow, holdSlots, isFailing, putAside } from './hold.ts'
import { alterDatabase, cutAll, failSometimes, nameOf, setFrozen, withHba } from './spoil-postgres.ts'
import { openStand, type Stand } from './stand.ts'

const AWAY = { readyz: 503, sending: 503 } as const
const GOES_ON = { readyz: 200, sending: 202 } as const

/** Longer than errors of Muster's own would be tried. */
const LONG_MS = 40_000

const restarted: Fault = {
  name: 'PostgreSQL restarted in an apply',
  during: 'applying',
  quick: true,
  meanwhile: AWAY,
  strike: ({ postgres }) => postgres.stop(),
  heal: ({ postgres }) => postgres.start(),
}

const restartedInCheck: Fault = {
  ...restarted,
  quick: false,
  name: 'PostgreSQL restarted in a check',
  during: 'checking',
}

const killed: Fault = {
  name: 'PostgreSQL killed in an apply',
  during: 'applying',
  quick: true,
  meanwhile: AWAY,
  strike: ({ postgres }) => postgres.kill(),
  heal: ({ postgres }) => postgres.start(),
}

const killedBefore: Fault = {
  ...killed,
  quick: false,
  name: 'PostgreSQL killed before a file comes',
  during: 'receiving',
}

let half: HalfSent | undefined

const killedBetweenPieces: Fault = {
  ...killed,
  quick: false,
  name: 'PostgreSQL killed while a file arrives, between two of its pieces',
  during: 'receiving',
  strike: async (stand) => {
    half = await sendHalf(stand)
    await stand.postgres.kill()
  },
  heal: async ({ postgres }) => {
    await postgres.start()
    const status = await half?.finish()
    // Whether what had come was on the disk by then is chance; taken for whole is only what is whole.
    if (status !== 202 && status !== 503) throw new Error(`the rest of the file: ${status}`)
  },
  after: () => half?.sendAgain() ?? Promise.resolve(),
}

const noConnections: Fault = {
  name: 'the database takes no connections, for a long time',
  during: 'applying',
  meanwhile: AWAY,
  strike: async (stand) => {
    await alterDatabase(stand, 'allow_connections false')
    await cutAll(stand)
  },
  look: () => sleep(LONG_MS),
  heal: (stand) => alterDatabase(stand, 'allow_connections true'),
}

const refusedByHba: Fault = {
  name: 'pg_hba.conf refuses the portal',
  during: 'checking',
  meanwhile: AWAY,
  strike: async (stand) => {
    await withHba(stand, `host ${nameOf(stand)} all 127.0.0.1/32 reject\n`)
    await cutAll(stand)
  },
  heal: (stand) => withHba(stand, ''),
}

const outOfConnections: Fault = {
  name: 'PostgreSQL is out of connections',
  during: 'applying',
  quick: true,
  meanwhile: AWAY,
  strike: async (stand) => putAside(stand, await holdSlots(stand)),
  heal: (stand) => putAside(stand),
}

const lockTimeout: Fault = {
  name: 'a lock is not given within lock_timeout, six times',
  during: 'confirming',
  meanwhile: GOES_ON,
  strike: async (stand) => {
    await alterDatabase(stand, `set lock_timeout = '300ms'`)
    await cutAll(stand)
    await putAside(stand, await holdRow(stand, `L${stand.people - 1}`))
  },
  look: (stand) => isFailing(stand, 'apply-change-set', 6),
  heal: (stand) => putAside(stand),
  after: async (stand) => {
    await alterDatabase(stand, 'reset lock_timeout')
    await cutAll(stand)
  },
}

const serialization: Fault = {
  name: 'serialization failures while sending, checking, applying',
  during: 'receiving',
  meanwhile: { readyz: 200, sending: 503 },
  strike: (stand) => failSometimes(stand, '40001', { upload: 2, change: 6, account: 4 }),
  after: (stand) => failSometimes(stand, '40001', {}),
}

const serializable: Fault = {
  name: 'the database’s default is to isolate transactions as serializable',
  during: 'receiving',
  meanwhile: GOES_ON,
  strike: async (stand) => {
    await alterDatabase(stand, `set default_transaction_isolation = 'serializable'`)
    await cutAll(stand)
  },
  after: async (stand) => {
    await alterDatabase(stand, 'reset default_transaction_isolation')
    await cutAll(stand)
  },
}

const cutAgainAndAgain: Fault = {
  name: 'every connection is cut, ten times in a row',
  during: 'applying',
  meanwhile: { readyz: 200, sending: 'taken' },
  strike: async (stand) => {
    for (let n = 0; n < 10; n++) {
      await cutAll(stand)
      await sleep(500)
    }
  },
}

const frozen: Fault = {
  name: 'PostgreSQL hangs: it takes connections and answers nothing',
  during: 'applying',
  meanwhile: AWAY,
  strike: (stand) => setFrozen(stand, true),
  look: () => sleep(15_000),
  heal: (stand) => setFrozen(stand, false),
}

const readOnly: Fault = {
  name: 'PostgreSQL only reads, as a standby does',
  during: 'applying',
  meanwhile: AWAY,
  strike: async (stand) => {
    await alterDatabase(stand, 'set default_transaction_read_only = on')
    await cutAll(stand)
  },
  heal: async (stand: Stand) => {
    await alterDatabase(stand, 'set default_transaction_read_only = off')
    await cutAll(stand)
  },
}

export const postgresFaults: Family = {
  name: 'PostgreSQL',
  open: () =>
    openStand({
      people: 12_000,
      postgres: { settings: { max_connections: '60' } },
      settings: { DATABASE_STATEMENT_TIMEOUT_SECONDS: '10' },
    }),
  faults: [
    restarted,
    restartedInCheck,
    killed,
    killedBefore,
    killedBetweenPieces,
    noConnections,
    refusedByHba,
    outOfConnections,
    lockTimeout,
    serialization,
    serializable,
    cutAgainAndAgain,
    frozen,
    readOnly,
  ],
}
