import sql from 'sql-template-tag'
import { inScope } from '../access/scope-sql.ts'
import type { Scope, Transaction } from '../database/open.ts'
import { isListed } from '../directory/listed-sql.ts'
import { NotFound } from '../errors.ts'

/** @throws NotFound for an account that isn't there or is out of scope */
export async function organisationIdOf(tx: Transaction, scope: Scope, accountId: number): Promise<number> {
  const found = await tx.row<{ id: number }>(
    sql`select organisation_id as id from account
        where id = ${accountId} and ${isListed('account')} and ${inScope(scope, 'organisation_id')}`,
  )
  if (!found) throw new NotFound('There is no such account.')
  return found.id
}

/** What became of the only row of a set that was applied at once. */
export async function outcomeOf(
  tx: Transaction,
  changeSetId: number,
): Promise<{ result: string | null; detail: string | null }> {
  const row = await tx.row<{ result: string | null; detail: string | null }>(
    sql`select result, detail from change where change_set_id = ${changeSetId}`,
  )
  return row as { result: string | null; detail: string | null }
}
