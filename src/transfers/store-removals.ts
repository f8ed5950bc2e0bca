import sql from 'sql-template-tag'
import { IS_ENDED } from '../changes/status.ts'
import type { Transaction } from '../database/open.ts'

/**
 * Of accounts that were removed: the local IDs that were typed for them, and who was asked for in transfers that have ended,
 * by local IDs or words.
 */
export async function emptyTransfersOf(tx: Transaction, ids: readonly number[]): Promise<void> {
  await tx.run(sql`delete from transfer_local_id where account_id = any(${[...ids]}::bigint[])`)
  await tx.run(
    sql`update transfer t set accounts = '{"ids": []}' from change_set s
        where s.id = t.change_set_id and ${IS_ENDED} and t.accounts <> '{"ids": []}'
          and exists (select from change c where c.change_set_id = s.id and c.account_id = any(${[...ids]}::bigint[]))`,
  )
}
