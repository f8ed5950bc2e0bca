import type { Transaction } from '../../database/open.ts'
import { type FieldName, type FieldValue, labelOf, PLACE_FIELDS } from '../../directory/fields.ts'
import type { ChangeAction, FieldValues } from '../change.ts'
import { type LastWrite, whoChanged } from '../last-write.ts'
import { asCell, isSame, shown } from '../values.ts'
import {
  type AccountNow,
  lockAccounts,
  type PlannedRow,
  plannedRows,
  selectLastWrites,
} from './find-conflicts.ts'
import { giveAddresses } from './give-addresses.ts'
import { noteUnforeseen, type Unforeseen } from './store-outcomes.ts'
import { type Chunk, updateAccount } from './write-accounts.ts'
import { followMoved } from './write-addresses.ts'

/** How rows are judged: `fields` are all that the set's changes write; the others are the kind's. */
type Rules = { fields: readonly FieldName[]; reachesGone: boolean; keepsConflicts: boolean }

/**
 * Judges rows one by one, field by field, whose account has changed since they were planned: already the new value,
 * nothing to do; still the old value, written; anything else is a conflict, and says who changed the field.
 */
export async function settleConflicts(
  tx: Transaction,
  chunk: Chunk,
  rows: readonly number[],
  rules: Rules,
): Promise<void> {
  const planned = await plannedRows(tx, chunk.changeSetId, rows)
  const ids = planned.map((row) => row.accountId)
  const accounts = await lockAccounts(tx, chunk.organisationIds, ids, toRead(rules.fields))
  const judged = planned.map((row) => judge(row, accounts.get(row.accountId), rules))
  const taken = await giveAddresses(tx, judged)
  const lastWrites = await selectLastWrites(
    tx,
    judged.flatMap(({ row, conflicting }) =>
      conflicting.map(({ field }) => ({ accountId: row.accountId, field })),
    ),
  )
  const outcomes: Unforeseen[] = []
  for (const judgement of judged) {
    const address = taken.get(judgement.row.accountId)
    outcomes.push(
      address === undefined
        ? await settle(tx, chunk, judgement, lastWrites, rules)
        : { row: judgement.row.row, result: 'failed', detail: addressTaken(address) },
    )
  }
  await followMoved(
    tx,
    judged.flatMap(({ row, toWrite }) => (toWrite && 'organisation' in toWrite ? [row.accountId] : [])),
  )
  await noteUnforeseen(tx, chunk.changeSetId, outcomes)
}

// Giving an account an address needs all addresses that it has, since the address may be among them.
function toRead(fields: readonly FieldName[]): FieldName[] {
  const addresses = ['emailAddress', 'aliases'] as const
  const both = addresses.some((field) => fields.includes(field)) ? addresses : []
  return [...new Set([...fields, ...both, ...(fields.includes('organisation') ? PLACE_FIELDS : [])])]
}

type Judgement = {
  row: PlannedRow
  now: FieldValues
  /** Null where nothing of the row may be written. */
  toWrite: FieldValues | null
  /** Why not, where it is no conflict. */
  reason: string | null
  conflicting: { field: string; now: FieldValue }[]
  /** Fields that aren't written, since they hold the new value already or are kept. */
  unwritten: string[]
}

const GONE =
  'The account has left, moved or was deleted after this was planned. Nothing of this row was written.'

function judge(row: PlannedRow, account: AccountNow | undefined, rules: Rules): Judgement {
  const judgement: Judgement = { row, now: {}, toWrite: null, reason: null, conflicting: [], unwritten: [] }
  if (!account || (account.hasGone && !rules.reachesGone)) return { ...judgement, reason: GONE }
  if (AS_A_WHOLE.includes(row.action)) return { ...judgement, reason: CHANGED }
  if ('organisation' in row.after) return judgeMove(judgement, account)
  const toWrite: FieldValues = {}
  for (const [field, value] of Object.entries(row.after)) {
    const now = account.values[field] ?? null
    if (isSame(now, value)) judgement.unwritten.push(field)
    else if (isSame(now, row.before[field] ?? null)) toWrite[field] = value
    else judgement.conflicting.push({ field, now })
  }
  judgement.now = account.values
  if (judgement.conflicting.length > 0 && !rules.keepsConflicts) return judgement
  judgement.unwritten.push(...judgement.conflicting.map(({ field }) => field))
  return { ...judgement, toWrite }
}

/** An account goes to another organisation as it was planned, or is there already as was wished; nothing in between. */
function judgeMove(judgement: Judgement, { values: now }: AccountNow): Judgement {
  const { before, after } = judgement.row
  const isThere = Object.entries(after).every(([field, value]) => isSame(now[field] ?? null, value))
  if (isThere) return { ...judgement, now, toWrite: {}, unwritten: Object.keys(after) }
  const conflicting = Object.entries({ ...after, ...before }).flatMap(([field]) =>
    isSame(now[field] ?? null, before[field] ?? null) ? [] : [{ field, now: now[field] ?? null }],
  )
  return { ...judgement, now, conflicting, toWrite: conflicting.length > 0 ? null : after }
}

// An account is withdrawn or removed only if nobody has changed it since: a later change shows that it is wanted.
const AS_A_WHOLE: readonly ChangeAction[] = ['withdraw', 'remove']
const CHANGED = 'The account was changed after this was planned, so it is kept.'

/** Writes what is to be written. @returns what became of the row */
async function settle(
  tx: Transaction,
  chunk: Chunk,
  { row, toWrite, reason, conflicting, unwritten }: Judgement,
  lastWrites: Map<string, LastWrite>,
  { keepsConflicts }: Rules,
): Promise<Unforeseen> {
  const isKept = AS_A_WHOLE.includes(row.action)
    ? reason === CHANGED
    : keepsConflicts && conflicting.length > 0
  const writeOf = (field: string) => lastWrites.get(`${row.accountId} ${field}`)
  const problems = keepsConflicts
    ? conflicting.map((conflict) => keptField(conflict, writeOf(conflict.field)))
    : []
  if (toWrite === null) {
    if (isKept && reason === null) return { row: row.row, result: 'kept', problems }
    const details = conflicting.map((conflict) => conflictDetail(row, conflict, writeOf(conflict.field)))
    const detail = reason ?? `${details.join(' ')} Nothing of this row was written.`
    return { row: row.row, result: isKept ? 'kept' : 'failed', detail }
  }
  if (Object.keys(toWrite).length === 0)
    return { row: row.row, result: conflicting.length > 0 ? 'kept' : 'unchanged', problems, unwritten }
  const version = await updateAccount(tx, row.accountId, toWrite, row.localIdKey, chunk)
  return { row: row.row, result: 'updated', problems, unwritten, version }
}

type Conflicting = Judgement['conflicting'][number]

function conflictDetail(row: PlannedRow, { field, now }: Conflicting, write: LastWrite | undefined): string {
  return `${labelOf(field)} is now ${shown(now)}: ${whoChanged(write)}, after this was planned, when it was ${shown(row.before[field] ?? null)}.${field in row.after ? ` It would have become ${shown(row.after[field] ?? null)}.` : ''}`
}

/** As the plan tells of a field that it keeps. */
function keptField({ field, now }: Conflicting, write: LastWrite | undefined): object {
  const message = `It is kept: ${whoChanged(write)}, after this was planned.`
  return {
    ...{ column: labelOf(field), code: 'changed-since', severity: 'warning', value: asCell(now) || null },
    message,
  }
}

function addressTaken(address: string): string {
  return `The address ${address} is somebody else’s by now. Nothing of this row was written.`
}
