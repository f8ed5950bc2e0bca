import type { Transaction } from '../database/open.ts'
import { displayDate } from '../directory/display-date.ts'
import { ACCOUNT_FIELDS, type FieldName, type FieldValue } from '../directory/fields.ts'
import {
  findAccountsByLocalIdKey,
  findLastWrites,
  lockAccounts,
  type PlannedRow,
  plannedRows,
} from './find-exceptions.ts'
import { type Exception, noteExceptions } from './store-outcomes.ts'
import { type Chunk, updateAccount } from './write-accounts.ts'

/**
 * Judges, field by field, the rows whose account has changed since it was planned: already the new value, nothing to
 * do; still the old value, written; anything else, and the whole row fails and says who changed the field.
 */
export async function settleChangedAccounts(
  tx: Transaction,
  chunk: Chunk,
  rows: readonly number[],
): Promise<void> {
  const planned = await plannedRows(tx, chunk.changeSetId, rows)
  const accounts = await lockAccounts(
    tx,
    planned.map((row) => row.accountId),
  )
  const judged = planned.map((row) => ({ row, ...judge(row, accounts.get(row.accountId)) }))
  const lastWrites = await findLastWrites(
    tx,
    judged.flatMap(({ row, conflicts }) => conflicts.map((field) => ({ accountId: row.accountId, field }))),
  )
  const exceptions: Exception[] = []
  for (const { row, gone, conflicts, unwritten } of judged) {
    const after = row.after
    const toWrite = Object.keys(after).filter((field) => !unwritten.includes(field))
    const failed = gone || conflicts.length > 0
    if (!failed && toWrite.length > 0) {
      const values = Object.fromEntries(toWrite.map((field) => [field, after[field] as FieldValue]))
      await updateAccount(tx, row.accountId, values, row.localIdKey, chunk)
    }
    exceptions.push({
      row: row.row,
      result: failed ? 'failed' : toWrite.length > 0 ? 'updated' : 'unchanged',
      detail: gone ? GONE : failed ? conflicts.map((field) => conflictDetail(row, field)).join(' ') : null,
      unwritten: failed ? [] : unwritten,
      similarAccountId: null,
    })
  }
  await noteExceptions(tx, chunk.changeSetId, exceptions)

  function conflictDetail(row: PlannedRow, field: string): string {
    const now = accounts.get(row.accountId)?.fields[field] ?? null
    const write = lastWrites.get(`${row.accountId} ${field}`)
    const by = write
      ? `${write.by} changed it on ${displayDate(write.at)}${write.filename ? ` (${write.filename}, row ${write.row})` : ''}`
      : 'it was changed'
    return `${labelOf(field)} is now ${shown(now)}: ${by}, after this file was checked, when it was ${shown(row.before[field] ?? null)}. Nothing of this row was written. Send the row again if it should be ${shown(row.after[field] ?? null)}.`
  }
}

const GONE =
  'The account has left or was deleted after this file was checked. Nothing of this row was written.'

function judge(
  row: PlannedRow,
  account: { fields: Record<string, FieldValue>; held: boolean } | undefined,
): { gone: boolean; conflicts: string[]; unwritten: string[] } {
  if (!account || account.held) return { gone: true, conflicts: [], unwritten: [] }
  const conflicts: string[] = []
  const unwritten: string[] = []
  for (const [field, value] of Object.entries(row.after)) {
    const now = account.fields[field] ?? null
    if (now === value) unwritten.push(field)
    else if (now !== (row.before[field] ?? null)) conflicts.push(field)
  }
  return { gone: false, conflicts, unwritten }
}

/**
 * Rows that would have created an account whose local ID was taken after the check: nothing to do where the account
 * that has it says the same, else the row fails. Never a second account.
 */
export async function recordTakenLocalIds(
  tx: Transaction,
  chunk: Chunk,
  rows: readonly number[],
): Promise<void> {
  const planned = await plannedRows(tx, chunk.changeSetId, rows)
  const takers = await findAccountsByLocalIdKey(
    tx,
    chunk.organisationId,
    planned.flatMap((row) => row.localIdKey ?? []),
  )
  const exceptions = planned.map((row): Exception => {
    const taker = takers.get(row.localIdKey ?? '')
    const differing = Object.entries(row.after).filter(
      ([field, value]) =>
        field in ACCOUNT_FIELDS && field !== 'localId' && (taker?.fields[field] ?? null) !== value,
    )
    const agrees = taker !== undefined && differing.length === 0
    return {
      row: row.row,
      result: agrees ? 'unchanged' : 'failed',
      detail: agrees
        ? 'The account was created by another upload meanwhile, with the same values.'
        : `The local ID was taken after this file was checked, by an account that differs in: ${differing
            .map(([field]) => labelOf(field))
            .join(', ')}. No second account was created.`,
      unwritten: [],
      similarAccountId: taker?.id ?? null,
    }
  })
  await noteExceptions(tx, chunk.changeSetId, exceptions)
}

function labelOf(field: string): string {
  return ACCOUNT_FIELDS[field as FieldName]?.label ?? field
}

function shown(value: FieldValue): string {
  if (value === null) return 'empty'
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  return `“${value}”`
}
