import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import { IS_HISTORY } from './change.ts'

/** The next change set after an ID that was planned before a time and never confirmed, locked. */
export async function takeUnconfirmed(
  tx: Transaction,
  { before, after }: { before: Date; after: number },
): Promise<number | undefined> {
  const found = await tx.row<{ id: number }>(
    sql`select id from change_set where status = 'checked' and created_at < ${before}
          and id > ${after}
        order by id limit 1 for update skip locked`,
  )
  return found?.id
}

/** The rows of an ended set that wrote nothing; the others are history. @returns how many there were */
export function deleteUnwritten(tx: Transaction, id: number): Promise<number> {
  return tx.run(sql`delete from change c using change_set s
    where s.id = ${id} and c.change_set_id = s.id and not ${IS_HISTORY}`)
}
