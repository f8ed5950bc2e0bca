import sql from 'sql-template-tag'
import type { Transaction } from '../../database/open.ts'

/** Takes away the plan of a change set that nobody has confirmed, with what was decided about it, so that it is made anew. */
export async function deletePlan(tx: Transaction, id: number): Promise<void> {
  await tx.run(sql`delete from change where change_set_id = ${id}`)
  await tx.run(sql`update change_set set counts = default, fields = default, repairs = default, first_row = default,
    last_row = default, reason = null where id = ${id}`)
}
