import type { Client } from 'pg'
import type { Actor } from '../../src/access/actor.ts'
import { actorFor, addAdministrator } from '../../src/access/administrators.ts'
import type { Random } from '../../src/demo/random.ts'
import { random } from '../../src/demo/random.ts'
import type { Portal } from '../../src/portal.ts'
import { makeAdministrator, makeOrganisation } from '../support/fresh-portal.ts'
import { makeAccounts } from '../support/random-directory.ts'
import { type FileKind, fileKindOf } from '../support/workbooks.ts'
import { readState, type State } from './state.ts'

/** What a round did, to see that the rounds don't all do nothing. */
export type Tally = Record<string, number>

/** How many accounts a plan may change before it needs another person's yes. */
type Limit = { count: number; share: number }

export type Organisation = { id: number; code: string; limit: Limit | null }

/** Somebody who may change accounts, and of which organisations. */
export type Person = { actor: Actor; codes: readonly string[] }

/** Organisations with random people in them, and those who administer one or both. */
export type World = {
  portal: Portal
  client: Client
  chance: Random
  /** What its files are sent as. */
  fileKind: FileKind
  organisations: readonly [Organisation, Organisation]
  /** Two of each organisation, and one of both. */
  people: readonly Person[]
  /** Who may only disable and enable, in the first organisation. */
  helpdesk: Person
  /** Who may do everything everywhere. */
  global: Person
  /** As it was read last. */
  state: State
  read(): Promise<State>
  tally: Tally
  count(what: string, times?: number): void
}

/** @param most how many accounts an organisation has at most */
export async function openWorld(
  portal: Portal,
  client: Client,
  { seed, prefix, most }: { seed: number; prefix: string; most: number },
): Promise<World> {
  const chance = random(seed)
  const made = [
    await makeOrganisation(portal, `${prefix}${seed}`),
    await makeOrganisation(portal, `${prefix}${seed}B`),
  ]
  const both = made.map(({ code }) => code)
  const email = (who: string) => `${prefix}${seed}${who}@trust.example`.toLowerCase()
  const people: Person[] = made.map(({ actor, code }) => ({ actor, codes: [code] }))
  for (const { code } of made)
    people.push({ actor: await makeAdministrator(portal, email(`second.${code}`), code), codes: [code] })
  people.push({ actor: await withRole(portal, email('both'), both), codes: both })
  const organisations: Organisation[] = []
  for (const { id, code, actor } of made) {
    await makeAccounts(client, chance, { id, by: actor.administratorId }, chance.between(0, most))
    const limit = chance.percent(35) ? { count: chance.between(1, 4), share: chance.pick([0, 20, 50]) } : null
    if (limit) await setLimit(client, id, limit)
    organisations.push({ id, code, limit })
  }
  const tally: Tally = {}
  const world: World = {
    ...{ portal, client, chance, fileKind: fileKindOf(seed), people, tally, state: new Map() },
    organisations: organisations as [Organisation, Organisation],
    helpdesk: { actor: await withRole(portal, email('desk'), both.slice(0, 1), 'local-helpdesk'), codes: [] },
    global: { actor: await withRole(portal, email('global'), [null], 'global-administrator'), codes: both },
    read: async () => {
      world.state = await readState(
        client,
        organisations.map(({ id }) => id),
      )
      return world.state
    },
    count: (what, times = 1) => {
      if (times > 0) tally[what] = (tally[what] ?? 0) + times
    },
  }
  await world.read()
  return world
}

async function withRole(
  portal: Portal,
  email: string,
  codes: readonly (string | null)[],
  role: 'local-administrator' | 'local-helpdesk' | 'global-administrator' = 'local-administrator',
): Promise<Actor> {
  for (const code of codes)
    await addAdministrator(portal, { email, role, ...(code === null ? {} : { organisationCode: code }) })
  const id = await portal.database.transaction('everything', (tx) =>
    tx.query('select id from administrator where email_key = $1', [email]),
  )
  return (await actorFor(portal, id.rows[0]?.id)) as Actor
}

async function setLimit(client: Client, organisationId: number, touched: Limit): Promise<void> {
  await client.query(
    `insert into organisation_setting (organisation_id, name, value) values ($1, 'limits', $2)`,
    [organisationId, JSON.stringify({ touched })],
  )
}

/** The organisation with this code. */
export function organisationOf({ organisations }: World, code: string): Organisation {
  return organisations.find((one) => one.code === code) as Organisation
}

/** The other one of the two. */
export function otherOf({ organisations }: World, { code }: Organisation): Organisation {
  return organisations.find((one) => one.code !== code) as Organisation
}

/** Somebody who may change accounts of an organisation. */
export function somebodyOf({ people, chance }: World, { code }: Organisation): Person {
  return chance.pick(people.filter(({ codes }) => codes.includes(code)))
}
