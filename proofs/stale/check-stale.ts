import { text } from 'node:stream/consumers'
import type { Client } from 'pg'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { decide } from '../../src/changes/decide.ts'
import { planUndo, undoChangeSet } from '../../src/changes/history/undo.ts'
import { type Random, random } from '../../src/demo/random.ts'
import { editAccount } from '../../src/edits/edit-account.ts'
import { InvalidInput } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { reportText } from '../../src/reports/report-file.ts'
import type { Upload, UploadRow } from '../../src/uploads/upload.ts'
import { makeAdministrator, makeOrganisation } from '../support/fresh-portal.ts'
import { apply, check, resultsText } from '../support/take-upload.ts'
import { comparePlan, compareWritten } from './compare.ts'
import { type Copy, copyOf, headingOf, POOLS, textOf, touch, withResults } from './copy.ts'
import { type Decided, type ExpectedRow, expectPlan } from './expect-plan.ts'
import { FIELDS, note, type Past, type Value, type Values } from './past.ts'

export type Tally = Record<string, number>

/**
 * So many interleavings, each about an account of its own: three people export the accounts, work on their copies, edit
 * accounts by themselves, send their copies and the results that they got back, and undo each other's sets. What of it
 * happens to an account, and in which order, is drawn for each. Each plan is compared with that of a model that knows every
 * state that there was, and so is each state after it.
 * @param client reads the tables past the portal's own code
 * @throws Error with everything that differs
 */
export async function checkStale(
  portal: Portal,
  client: Client,
  seed: number,
  accounts: number,
): Promise<Tally> {
  const round = await openRound(portal, client, seed, accounts)
  const { chance } = round
  const steps = chance.between(6, 10)
  for (let step = 0; step < steps; step++) {
    const what = round.copies.length === 0 ? 'export' : chance.pick(STEPS)
    if (what === 'export') await takeExport(round)
    else if (what === 'edit') await editSome(round, accounts)
    else if (what === 'undo') await undo(round)
    else if (what === 'rewrite') await rewrite(round)
    else await send(round, chance.pick(round.copies))
  }
  for (const copy of round.copies) await send(round, copy)
  return { ...round.tally, interleavings: accounts }
}

const STEPS = ['export', 'edit', 'rewrite', 'rewrite', 'send', 'send', 'undo'] as const

type Round = Awaited<ReturnType<typeof openRound>>

async function openRound(portal: Portal, client: Client, seed: number, accounts: number) {
  const chance = random(seed)
  const { id: organisationId, code, actor } = await makeOrganisation(portal, `V${seed}`)
  const others = [1, 2].map((n) => makeAdministrator(portal, `v${seed}.${n}@trust.example`, code))
  const actors = [actor, ...(await Promise.all(others))]
  await client.query(
    `insert into account (id, organisation_id, local_id, local_id_key, first_name, last_name, job_title, mobile, site,
       created_at, updated_at, updated_by)
     select nextval('account_id'), $1, 'A' || n, 'a' || n, 'Jo', 'Doe', 'Nurse', '+447700900101', 'Main Hospital', now(),
       now(), $2 from generate_series(1, $3::integer) n`,
    [organisationId, actor.administratorId, accounts],
  )
  const past: Past = new Map()
  await note(client, past, organisationId, actor.administratorId)
  const tally: Tally = {}
  let localIds = 0
  return {
    ...{ portal, client, chance, organisationId, code, actor, actors, past, tally },
    copies: [] as Copy[],
    sets: [] as number[],
    fresh: () => `N${++localIds}`,
    note: (by: Actor) => note(client, past, organisationId, by.administratorId),
    count: (what: string, times = 1) => {
      if (times > 0) tally[what] = (tally[what] ?? 0) + times
    },
  }
}

async function takeExport({ portal, chance, actors, code, copies }: Round): Promise<void> {
  const exported = await text(
    reportText(portal, chance.pick(actors), { kind: 'upload-file', organisationCode: code }),
  )
  copies.push(copyOf(chance, code, exported))
}

/** Somebody changes many accounts by a file that says nothing of versions. */
async function rewrite(round: Round): Promise<void> {
  const { portal, chance, actors, code } = round
  const exported = await text(
    reportText(portal, chance.pick(actors), { kind: 'upload-file', organisationCode: code }),
  )
  const copy = copyOf(chance, code, exported, headingOf('version'))
  touch(chance, copy, round.fresh)
  await send(round, copy)
}

async function editSome(round: Round, accounts: number): Promise<void> {
  for (let left = Math.ceil(accounts / ACCOUNTS_AN_EDIT); left > 0; left--) await edit(round)
}

const ACCOUNTS_AN_EDIT = 5

async function edit(round: Round): Promise<void> {
  const { portal, chance, past, actors, sets } = round
  const actor = chance.pick(actors)
  const id = chance.pick([...past.keys()])
  const fields = FIELDS.filter((field) => chance.percent(field === 'localId' ? 6 : 20))
  const values = Object.fromEntries(fields.map((field) => [field, editedValue(chance, field, round.fresh)]))
  const { changeSet } = await editAccount(portal, actor, id, { values })
  if (changeSet === null) return
  sets.push(changeSet)
  await round.note(actor)
  round.count('edits')
}

function editedValue(chance: Random, field: (typeof FIELDS)[number], fresh: () => string): Value {
  if (field === 'localId') return fresh()
  if (field === 'hideMobile') return chance.percent(50)
  return field !== 'mobile' && chance.percent(20) ? null : chance.pick(POOLS[field])
}

async function undo(round: Round): Promise<void> {
  const { portal, organisationId, chance, actors, sets } = round
  if (sets.length === 0) return
  const actor = chance.pick(actors)
  const id = await undoChangeSet(portal, actor, chance.pick(sets))
  await planUndo(portal, { data: { changeSetId: id, organisationId } })
  await confirmChangeSet(portal, actor, id)
  await applyChangeSet(portal, { data: { changeSetId: id, organisationId } })
  if ((await round.note(actor)).length === 0) return
  sets.push(id)
  round.count('undos')
}

async function send(round: Round, copy: Copy): Promise<void> {
  const { portal, chance, actors, code, past } = round
  const actor = chance.pick(actors)
  if (copy.rows.length === 0) return
  if (chance.percent(60)) touch(chance, copy, round.fresh)
  const expected = expectPlan(past, copy)
  const { upload, rows } = await check({ portal, actor, code }, textOf(copy), 'update')
  const faults = await comparePlan(round, copy, expected, upload, rows)
  refuse(`upload ${upload.id}`, faults)
  round.count('files sent')
  countRows(round, expected)
  const planned = statesOf(past)
  const decided = await decideConflicts(round, actor, upload, rows)
  if (chance.percent(25)) await edit(round)
  const found = statesOf(past)
  await apply({ portal, actor, code }, upload)
  const written = await round.note(actor)
  refuse(`upload ${upload.id}, applied`, compareWritten(past, copy, { expected, decided, planned, found }))
  if (written.length > 0) round.sets.push(upload.id)
  round.count('accounts written by files', written.length)
  if (!chance.percent(40)) return
  round.copies.push(withResults(copy, await resultsText({ portal, actor }, upload.id)))
  round.count('results files kept to be sent back')
}

function countRows(round: Round, expected: readonly ExpectedRow[]): void {
  for (const { action, left, setsBack, conflicts } of expected) {
    round.count(`rows planned: ${action}`)
    round.count('cells left as others have changed them', left.length)
    round.count('conflicting cells', conflicts.size)
    round.count('cells that set back what somebody has changed', setsBack.size)
  }
}

function statesOf(past: Past): Map<number, Values> {
  return new Map([...past].map(([id, { values }]) => [id, values]))
}

/** Each conflict is decided in one of its ways, or left as it is. */
async function decideConflicts(
  { portal, chance }: Round,
  actor: Actor,
  { id }: Upload,
  rows: readonly UploadRow[],
): Promise<Map<number, Decided>> {
  const decided = new Map<number, Decided>()
  for (const { row, action } of rows) {
    if (action !== 'conflict') continue
    const decision = chance.pick(['use-file', 'update', 'leave-out', null] as const)
    if (decision === null) continue
    try {
      await decide(portal, actor, id, { rows: [{ row, decision }] })
      decided.set(row, decision)
    } catch (error) {
      // There is nothing in the row that nobody else has changed.
      if (!(error instanceof InvalidInput) || decision !== 'update') throw error
    }
  }
  return decided
}

function refuse(what: string, faults: readonly string[]): void {
  if (faults.length > 0) throw new Error([what, ...faults].join('\n'))
}
