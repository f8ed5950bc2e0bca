import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'

/** Who confirmed an upload that has ended; undefined while it hasn't, and where nobody ever did. */
export async function findConfirmer(tx: Transaction, uploadId: number): Promise<number | undefined> {
  const found = await tx.row<{ confirmedBy: number }>(
    sql`select confirmed_by as "confirmedBy" from change_set
        where id = ${uploadId} and confirmed_by is not null and status in ('completed', 'cancelled', 'failed')`,
  )
  return found?.confirmedBy
}
