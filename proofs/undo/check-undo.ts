import type { Client } from 'pg'
import { findChangeSet } from '../../src/changes/find-change-sets.ts'
import type { Selection } from '../../src/changes/history/store-undo.ts'
import { random } from '../../src/demo/random.ts'
import { PERSON_FIELDS } from '../../src/directory/fields.ts'
import type { Portal } from '../../src/portal.ts'
import { randomFile } from '../contract/random-file.ts'
import { makeAdministrator, makeOrganisation } from '../support/fresh-portal.ts'
import { columnOf, makeAccounts } from '../support/random-directory.ts'
import { check } from '../support/take-upload.ts'
import { applySome, planUndoOf, rowsOf, type UndoRow, writtenRows } from './apply-some.ts'
import { type Applied, type Expected, expectUndo, isWithdrawn } from './expect-undo.ts'
import { makeEdit } from './make-edit.ts'
import { differences, readState, type State } from './state.ts'

/** What a round did, to see that the rounds don't all do nothing. */
export type Tally = Record<string, number>

type Done = Applied & { id: number }

/**
 * One round: a random directory, a random file, perhaps stopped half-way; then what others do meanwhile; then the undo
 * of the file, or of a part of it, and the undo of that. After each undo the directory is compared with what a model of
 * its own says, and where nobody did anything meanwhile with what it was.
 * @param client reads the tables past the portal's own code
 * @throws Error with everything that differs
 */
export async function checkUndo(portal: Portal, client: Client, seed: number): Promise<Tally> {
  const round = await openRound(portal, client, seed)
  const { chance, tally } = round
  const first = await sendFile(round, { first: true })
  if (!first) return { 'rounds whose file wrote nothing': 1 }
  const isAlone = chance.percent(40)
  if (!isAlone) await meanwhile(round, [first], chance.between(1, 3))
  const undo = await takeBack(round, first, { isAlone, isWhole: isAlone || chance.percent(60) })
  if (isAlone) round.expectSame('an undo', first.before)
  if (!undo) return tally
  if (!isAlone && chance.percent(50)) await meanwhile(round, [first, undo], chance.between(1, 2))
  const again = await takeBack(round, undo, { isAlone, isWhole: isAlone || chance.percent(70) })
  if (isAlone && again) round.expectSame('the undo of an undo', first.after)
  return tally
}

type Round = Awaited<ReturnType<typeof openRound>>

async function openRound(portal: Portal, client: Client, seed: number) {
  const chance = random(seed)
  const { id: organisationId, code, actor } = await makeOrganisation(portal, `U${seed}`)
  const others = [await makeAdministrator(portal, `u${seed}b@trust.example`, code)]
  await makeAccounts(client, chance, { id: organisationId, by: actor.administratorId }, chance.between(0, 20))
  const tally: Tally = {}
  const round = {
    ...{ portal, client, chance, organisationId, code, tally, actor, actors: [actor, ...others] },
    state: await readState(client, organisationId),
    read: async () => {
      round.state = await readState(client, organisationId)
      return round.state
    },
    count: (what: string, times = 1) => {
      if (times > 0) tally[what] = (tally[what] ?? 0) + times
    },
    expectSame: (what: string, expected: State) => {
      // An account that was made stays for its history, withdrawn, and is nobody's.
      const there = [...round.state].filter(([id, account]) => expected.has(id) || !isWithdrawn(account))
      const faults = differences(new Map(there), expected)
      if (faults.length > 0) throw new Error([`${what} didn't bring it back`, ...faults].join('\n'))
    },
  }
  return round
}

/** Sends a random file, until one wrote something: at most three. The first of a round may be stopped half-way. */
async function sendFile(round: Round, { first = false } = {}): Promise<Done | undefined> {
  const { portal, chance, code } = round
  const actor = first ? round.actor : chance.pick(round.actors)
  for (let tries = 0; tries < 3; tries++) {
    const file = randomFile(chance, knownFrom(round.state), code)
    const { upload } = await check({ portal, actor, code }, file.bytes, file.mode)
    if (upload.status !== 'checked') continue
    const before = round.state
    const how = await applySome(round, actor, upload.id, first && chance.percent(15))
    const after = await round.read()
    if (differences(before, after).length === 0) continue
    round.count(`files applied, ${file.mode}${how.end === 'completed' ? '' : `, ${how.end} half-way`}`)
    return { id: upload.id, before, after, rows: await writtenRows(round, upload.id) }
  }
  return undefined
}

function knownFrom(state: State) {
  return [...state]
    .filter(([, account]) => !isWithdrawn(account))
    .map(([id, { values }]) => ({
      id,
      localId: values.local_id as string | null,
      values: Object.fromEntries(PERSON_FIELDS.map((field) => [field, values[columnOf(field)]])),
    }))
}

/** What others do: files, edits of statuses and addresses, undos of what was done before and of what they did. */
async function meanwhile(round: Round, done: Done[], times: number): Promise<void> {
  const all = [...done]
  for (let time = 0; time < times; time++) {
    const what = round.chance.pick(['file', 'file', 'edit', 'undo'])
    const isWhole = round.chance.percent(40)
    const next =
      what === 'undo'
        ? await takeBack(round, round.chance.pick(all), { isAlone: false, isWhole })
        : await (what === 'file' ? sendFile(round) : edit(round))
    if (next) all.push(next)
  }
}

async function edit(round: Round): Promise<Done | undefined> {
  const { portal, organisationId, chance, state: before } = round
  if ([...before.values()].every(({ values }) => values.status === 'Withdrawn')) return undefined
  const id = await makeEdit(portal, { actor: chance.pick(round.actors), organisationId }, chance, before)
  round.count('edits')
  return { id, before, after: await round.read(), rows: await writtenRows(round, id) }
}

/** Takes a set back and compares. @returns the undo, if it wrote anything */
async function takeBack(
  round: Round,
  set: Done,
  { isAlone, isWhole }: { isAlone: boolean; isWhole: boolean },
): Promise<Done | undefined> {
  const { chance } = round
  const actor = chance.pick(round.actors)
  const selection = isWhole ? {} : await partOf(round, set)
  const planned = round.state
  const id = await planUndoOf(round, actor, set.id, selection)
  if (!isAlone && chance.percent(25)) {
    if (chance.percent(50)) await sendFile(round)
    else await edit(round)
    round.count('changes between plan and apply')
  }
  const found = round.state
  const { upTo, end } = await applySome(round, actor, id, !isAlone && chance.percent(10))
  const after = await round.read()
  const expected = expectUndo(set, { planned, found, upTo }, selection)
  const faults = [
    ...differences(after, expected.state),
    ...compareRows(await rowsOf(round, id), expected, upTo),
  ]
  if (faults.length > 0)
    throw new Error([`undo ${id} of ${set.id}, ${JSON.stringify(selection)}, ${end}`, ...faults].join('\n'))
  round.count(`undos${isWhole ? '' : ' of a part'}${end === 'completed' ? '' : `, ${end} half-way`}`)
  round.count('accounts with something kept', expected.kept.size)
  round.count('accounts that could not be written', expected.failed.size)
  if (differences(found, after).length === 0) return undefined
  return { id, before: found, after, rows: await writtenRows(round, id) }
}

async function partOf({ portal, actor, chance }: Round, { id, rows }: Done): Promise<Selection> {
  const some = [...rows.keys()].filter(() => chance.percent(50))
  const { fields } = await findChangeSet(portal, actor, id)
  const few = fields.filter(() => chance.percent(40))
  return {
    ...(chance.percent(60) ? { rows: some } : {}),
    ...(few.length > 0 && chance.percent(50) ? { fields: few } : {}),
  }
}

/** Exactly what is kept is listed, and what can't be written has failed. */
function compareRows(rows: readonly UndoRow[], { kept, failed }: Expected, upTo: number): string[] {
  const there = new Set(rows.map(({ account }) => account))
  const missing = [...kept.keys()].filter((account) => !there.has(account))
  const faults = missing.map((account) => `account ${account} is kept and not listed`)
  for (const { row, account, result, kept: listed } of rows) {
    const wanted = kept.get(account) ?? []
    if (JSON.stringify(listed.toSorted()) !== JSON.stringify(wanted.toSorted()) && !failed.has(account))
      faults.push(
        `row ${row}, account ${account}: lists ${JSON.stringify(listed)}, not ${JSON.stringify(wanted)}`,
      )
    if (row <= upTo && (result === 'failed') !== failed.has(account))
      faults.push(`row ${row}, account ${account}: ${result}`)
  }
  return faults
}
