import sql, { type Sql } from 'sql-template-tag'
import { inScope } from '../../access/scope-sql.ts'
import type { Scope, Transaction } from '../../database/open.ts'
import type { Deed } from '../bulk-actions.ts'
import { type ChangeAction, type FieldValues, WAS_WRITTEN, WRITTEN_VERSION } from '../change.ts'
import type { Kind } from '../kinds.ts'
import { holdToSight, type Sight } from '../sight.ts'
import { inSight } from '../sight-sql.ts'

/** Changes that were written to an account: `c`, with their set `s` and the chunk `k` that says when. */
export const APPLIED_CHANGE: Sql = sql`change c
  join change_set s on s.id = c.change_set_id
  join chunk k on k.change_set_id = c.change_set_id and c.row_number between k.from_row and k.to_row
    and ${WAS_WRITTEN}`

export type AppliedChange = {
  changeSetId: number
  kind: Kind
  row: number
  at: Date
  by: string
  action: ChangeAction
  before: FieldValues | null
  after: FieldValues
  unwritten: string[] | null
  /** Of the account, as it was then. */
  version: number
  /** The set whose row of the same number it takes back, where it was made by an undo. */
  undoes: number | null
}

const SELECT: Sql = sql`
  select c.change_set_id as "changeSetId", s.kind, c.row_number as row, k.applied_at as at, by.name as by, c.action,
    c.before, c.after, c.unwritten, ${WRITTEN_VERSION} as version, s.undoes_id as undoes
  from ${APPLIED_CHANGE} join administrator by on by.id = s.confirmed_by`

/**
 * Applied changes of one account, newest first. Which came later the account's version says, whatever the clocks of two
 * machines did; the time decides for those whose version an earlier release didn't note.
 */
export const NEWEST_FIRST: Sql = sql`order by ${WRITTEN_VERSION} desc, k.applied_at desc`

/**
 * Has the rest of a transaction see the past of one account, wherever it was when it happened: of an account that the
 * transaction sees now, and of no other. Row-level security holds it to that.
 * @returns whether there is such an account
 */
export async function seePastOf(tx: Transaction, scope: Scope, accountId: number): Promise<boolean> {
  const seen = await tx.row(
    sql`select set_config('muster.history_account', id::text, true) from account
        where id = ${accountId} and ${inScope(scope, 'organisation_id')}`,
  )
  return seen !== undefined
}

/** An account's applied changes, newest first, from before a position. */
export function selectAppliedChanges(
  tx: Transaction,
  accountId: number,
  page: { before: { version: number; at: Date } | null; limit: number },
): Promise<AppliedChange[]> {
  const from = page.before
    ? sql`and (${WRITTEN_VERSION}, k.applied_at) < (${page.before.version}, ${page.before.at})`
    : sql``
  return tx.rows(sql`${SELECT} where c.account_id = ${accountId} ${from} ${NEWEST_FIRST} limit ${page.limit}`)
}

/** What undos wrote to an account, newest first. See seePastOf. */
export function selectAppliedUndos(tx: Transaction, accountId: number): Promise<AppliedChange[]> {
  return tx.rows(sql`${SELECT} where c.account_id = ${accountId} and s.undoes_id is not null ${NEWEST_FIRST}`)
}

/**
 * What an account said at an earlier version, of the fields that were written since: the value that each one's first
 * change since then found. See seePastOf.
 */
export async function selectValuesBefore(
  tx: Transaction,
  accountId: number,
  version: number,
): Promise<FieldValues> {
  const rows = await tx.rows<{ field: string; value: FieldValues[string] }>(
    sql`select distinct on (field) field, c.before->field as value
        from ${APPLIED_CHANGE} cross join jsonb_object_keys(c.after) as field
        where c.account_id = ${accountId} and ${WRITTEN_VERSION} > ${version}
          and not coalesce(field = any(c.unwritten), false)
        order by field, ${WRITTEN_VERSION}`,
  )
  return Object.fromEntries(rows.map(({ field, value }) => [field, value]))
}

/**
 * The name of each set's file, null where it has none, of those sets that the reader may see. Narrows the transaction to
 * them, for good: who sees an account's past may see fewer sets than accounts.
 */
export async function selectSetsInSight(
  tx: Transaction,
  sight: Sight,
  ids: readonly number[],
): Promise<Map<number, { filename: string | null; deed: Deed | null }>> {
  await tx.run(sql`select set_config('muster.history_account', '', true)`)
  await holdToSight(tx, sight)
  const sets = await tx.rows<{ id: number; filename: string | null; deed: Deed | null }>(
    sql`select s.id, u.filename, case when s.kind = 'action' then s.selection - 'accounts' end as deed from change_set s left join upload u on u.id = s.id
        where s.id = any(${[...ids]}::bigint[])
          and ${inSight(sight)}`,
  )
  return new Map(sets.map((set) => [set.id, set]))
}
