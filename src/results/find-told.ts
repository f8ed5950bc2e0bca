import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'

/**
 * Who is told how a change set ended: first who confirmed it, then who asked for it, if that is somebody else. Nobody
 * while it hasn't ended, and where nobody ever confirmed it.
 */
export async function selectTold(tx: Transaction, id: number): Promise<number[]> {
  const found = await tx.row<{ told: number[] }>(
    sql`select array_remove(array[confirmed_by, nullif(created_by, confirmed_by)], null) as told from change_set
        where id = ${id} and confirmed_by is not null and status in ('completed', 'cancelled', 'failed')`,
  )
  return found?.told ?? []
}
