import { setTimeout as sleep } from 'node:timers/promises'
import type { Family, Fault } from './fault.ts'
import { openStand, type Stand } from './stand.ts'

const AWAY = { readyz: 503, sending: 503 } as const

const restarted: Fault = {
  name: 'PostgreSQL restarted',
  during: 'applying',
  quick: true,
  meanwhile: AWAY,
  strike: ({ postgres }) => postgres.stop(),
  heal: ({ postgres }) => postgres.start(),
}

const restartedInCheck: Fault = { ...restarted, name: 'PostgreSQL restarted in a check', during: 'checking' }

const killed: Fault = {
  name: 'PostgreSQL killed',
  during: 'applying',
  meanwhile: AWAY,
  strike: ({ postgres }) => postgres.kill(),
  heal: ({ postgres }) => postgres.start(),
}

const killedBeforeReceiving: Fault = {
  ...killed,
  name: 'PostgreSQL killed before a file comes',
  during: 'receiving',
}

const refusing: Fault = {
  name: 'PostgreSQL refuses connections to the database',
  during: 'applying',
  quick: true,
  meanwhile: AWAY,
  strike: async (stand) => {
    await administer(stand, `alter database ${nameOf(stand)} allow_connections false`)
    await cutAll(stand)
  },
  look: () => sleep(40_000), // longer than errors of Muster's own would be tried
  heal: (stand) => administer(stand, `alter database ${nameOf(stand)} allow_connections true`),
}

export const postgresFaults: Family = {
  name: 'PostgreSQL',
  open: () => openStand({ people: 12_000 }),
  faults: [restarted, restartedInCheck, killed, killedBeforeReceiving, refusing],
}

function administer(stand: Stand, statement: string): Promise<unknown> {
  return stand.postgres.query(statement)
}

function nameOf({ databaseUrl }: Stand): string {
  return new URL(databaseUrl).pathname.slice(1)
}

/** Ends every connection of the portal. */
function cutAll(stand: Stand): Promise<unknown> {
  return stand.postgres.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
    nameOf(stand),
  ])
}
