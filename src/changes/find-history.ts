import sql, { type Sql } from 'sql-template-tag'
import { inScope } from '../access/scope-sql.ts'
import type { Scope, Transaction } from '../database/open.ts'
import type { FieldValues } from './change.ts'

/** Changes that were written to an account: `c`, with their set `s` and the chunk `k` that says when. */
export const APPLIED_CHANGE: Sql = sql`change c
  join change_set s on s.id = c.change_set_id
  join chunk k on k.change_set_id = c.change_set_id and c.row_number between k.from_row and k.to_row
    and (c.result in ('updated', 'created') or c.result is null and (
      c.action in ('update', 'create') or c.action = 'possible-duplicate' and c.decision = 'create'))`

export type AppliedChange = {
  changeSetId: number
  row: number
  at: Date
  by: string
  filename: string | null
  uploadVisible: boolean
  created: boolean
  before: FieldValues | null
  after: FieldValues
  unwritten: string[] | null
}

/** An account's applied changes, newest first, from before a position. */
export function findAppliedChanges(
  tx: Transaction,
  accountId: number,
  uploadScope: Scope | null,
  page: { before: { changeSetId: number; at: Date } | null; limit: number },
): Promise<AppliedChange[]> {
  const from = page.before
    ? sql`and (k.applied_at, c.change_set_id) < (${page.before.at}, ${page.before.changeSetId})`
    : sql``
  return tx.rows(
    sql`select c.change_set_id as "changeSetId", c.row_number as row, k.applied_at as at, by.name as by, u.filename,
          u.id is not null and ${uploadScope === null ? sql`false` : inScope(uploadScope, 's.organisation_id')} as "uploadVisible",
          c.action <> 'update' as created, c.before, c.after, c.unwritten
        from ${APPLIED_CHANGE} left join upload u on u.id = s.id join administrator by on by.id = s.confirmed_by
        where c.account_id = ${accountId} ${from}
        order by k.applied_at desc, c.change_set_id desc limit ${page.limit}`,
  )
}

export async function accountExists(tx: Transaction, scope: Scope, accountId: number): Promise<boolean> {
  const found = await tx.row(
    sql`select 1 from account where id = ${accountId} and ${inScope(scope, 'organisation_id')}`,
  )
  return found !== undefined
}
