import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import type { AccountStatus } from '../directory/account.ts'
import { type Chunk, ofChunk } from './write-accounts.ts'

/** The accounts of the organisation among these, locked in the order of their IDs as all writers do. */
export function lockStatuses(
  tx: Transaction,
  organisationId: number,
  ids: readonly number[],
): Promise<{ id: number; version: number; status: AccountStatus; localId: string | null }[]> {
  return tx.rows(sql`
    select id, version, status, local_id as "localId" from account
    where organisation_id = ${organisationId} and id = any(${[...ids]}::bigint[]) order by id for update`)
}

/** A change set that is applied as it is planned. */
export async function insertEdit(
  tx: Transaction,
  edit: { organisationId: number; by: number; at: Date; rows: number },
): Promise<number> {
  const made = await tx.row<{ id: number }>(sql`
    insert into change_set (organisation_id, kind, status, created_by, created_at, confirmed_by, confirmed_at,
      completed_at, last_row, mark)
    values (${edit.organisationId}, 'edit', 'completed', ${edit.by}, ${edit.at}, ${edit.by}, ${edit.at}, ${edit.at},
      ${edit.rows}, ${edit.rows})
    returning id`)
  return made?.id as number
}

export async function writeStatuses(tx: Transaction, chunk: Chunk): Promise<void> {
  await tx.run(sql`
    update account a set status = c.after->>'status', status_changed_at = ${chunk.at}, version = a.version + 1,
      updated_at = ${chunk.at}, updated_by = ${chunk.by}
    from change c where ${ofChunk(chunk)} and a.id = c.account_id`)
}
