import type { Client } from 'pg'
import { random } from '../../src/demo/random.ts'
import type { Deployment } from '../support/deployment.ts'
import { lastNameOf } from '../support/last-name.ts'
import type { OwnMailServer } from '../support/mail-server.ts'
import { shuffled } from '../support/shuffle.ts'
import { fileKindOf } from '../support/workbooks.ts'
import { actAtOnce } from './acts-at-once.ts'
import { endsAsInSomeOrder, expectPlans, nobodyTwice, readParties } from './end-state.ts'
import { eachMailedOnce, noDeadlockShown } from './nothing-shown.ts'
import { makeParties, type Party } from './parties.ts'
import { type File, type Mode, planFile } from './plan-file.ts'
import { mobileOf, randomFile, sentAs } from './random-file.ts'
import { confirmAll, type Sending, sendAll } from './send-at-once.ts'

/** How much is sent at one moment. */
export type Load = {
  organisations: number
  administrators: number
  uploads: number
  people: number
  /** Transfers, actions and files, at one moment of their own. */
  acts: number
}

/** What a round needs: the processes, their database past the portal's code, and where their mail goes. */
export type Place = { deployment: Deployment; client: Client; mail: OwnMailServer }

/**
 * One round of everything at once, in organisations of its own: one file of new people sent five times, then uploads by
 * all administrators, half of their rows about the same people, each confirmed five times at the same moment; then whatever
 * else they do with the same people, in their own organisation and into another.
 * @throws Error where anything was done twice, or not, or the end is that of no order of doing one after the other
 */
export async function checkParallel(place: Place, load: Load, seed: number): Promise<Record<string, number>> {
  const chance = random(seed)
  const deadlocksBefore = await noDeadlockShown(place)
  const parties = await makeParties(place.deployment, load, seed)
  const newPeople = peopleFile(load.people)
  const firstFiles = await Promise.all(
    parties.flatMap((party) =>
      party.senders.slice(0, 5).map(async (sender, at) => {
        return { party, sender, file: newPeople, ...(await sentAs(fileKindOf(seed + at), newPeople)) }
      }),
    ),
  )
  const first = await allAtOnce(place, parties, firstFiles)
  const making = Array.from({ length: load.uploads }, async (_, at): Promise<Sending> => {
    const party = parties[at % parties.length] as Party
    const number = Math.floor(at / parties.length)
    const sender = party.senders[number % party.senders.length] as Party['senders'][number]
    const file = fileOf(number, Math.ceil(load.uploads / parties.length))
    const blanks = chance.percent(20) ? blanksFor(file) : 0
    return { party, sender, file, ...(await sentAs(fileKindOf(seed + number), file, blanks)) }
  })
  const files = await Promise.all(making)
  const second = await allAtOnce(place, parties, files)
  await nobodyTwice(place.client)
  const state = await readParties(place.client, parties)
  const acts = await actAtOnce(place.client, parties, { chance, acts: load.acts, state })
  const come = await endsAsInSomeOrder(place.client, parties, acts, state)
  await eachMailedOnce(place.mail, acts)
  await nobodyTwice(place.client)
  return {
    'uploads sent at once': second.uploads,
    'of them workbooks': files.filter(({ kind }) => kind !== 'csv').length,
    'uploads of one file sent five times': first.uploads,
    'rows applied': first.rows + second.rows,
    ...Object.fromEntries(Object.entries(second.outcomes).map(([word, count]) => [`rows: ${word}`, count])),
    'rows of one file sent five times: created': first.outcomes.created ?? 0,
    ...Object.fromEntries(
      Object.entries(come).map(([word, count]) => [`rows of acts at once: ${word}`, count]),
    ),
    ...Object.fromEntries(
      (['transfer', 'action', 'upload'] as const).map((kind) => [
        `acts at once: ${kind}s`,
        acts.filter(({ plan }) => plan.kind === kind).length,
      ]),
    ),
    'deadlocks that PostgreSQL ended and nobody saw': (await noDeadlockShown(place)) - deadlocksBefore,
  }

  /** Half of its rows are about people whom all files of the organisation are about, the other half are its own. */
  function fileOf(number: number, of: number): File {
    const half = Math.floor(load.people / (of + 1))
    const existing = Array.from({ length: load.people }, (_, n) => `L${n}`)
    const created = Array.from({ length: load.people }, (_, n) => `N${n}`)
    const own = [half * (number + 1), half * (number + 2)] as const
    const shared = shuffled(chance, existing.slice(0, half))
    return randomFile(chance, chance.pick<Mode>(['update', 'update', 'both', 'create']), {
      shared,
      own: existing.slice(...own),
      newShared: created.slice(0, half),
      newOwn: created.slice(...own),
    })
  }
}

async function allAtOnce(
  place: Place,
  parties: Party[],
  files: readonly Sending[],
): Promise<{ uploads: number; rows: number; outcomes: Record<string, number> }> {
  const before = await readParties(place.client, parties)
  const sent = await sendAll(files)
  const sets = await expectPlans(
    place.client,
    sent.map(({ id, file, party: { code } }) => ({
      ...{ id, plan: { kind: 'upload', homes: [code], rows: planFile(file, before, code) } },
    })),
  )
  await confirmAll(sent)
  const outcomes = await endsAsInSomeOrder(place.client, parties, sets, before)
  await eachMailedOnce(place.mail, sent)
  const rows = Object.values(outcomes).reduce((sum, count) => sum + count, 0)
  return { uploads: sent.length, rows, outcomes }
}

/** So many that it is applied in several chunks of 5,000 rows (src/changes/apply/apply.ts). */
function blanksFor(file: File): number {
  return Math.ceil(11_000 / file.rows.length)
}

/** New people, all of them told apart by their names. */
function peopleFile(people: number): File {
  const rows = Array.from({ length: people }, (_, n) => ({
    localId: `L${n}`,
    cells: {
      FirstName: 'Sam',
      LastName: lastNameOf(`old ${n}`),
      Mobile: mobileOf('0', n),
      JobTitle: n % 2 === 0 ? 'Matron' : 'Clerk',
    },
  }))
  return { mode: 'create', headings: ['FirstName', 'LastName', 'Mobile', 'JobTitle'], rows }
}
