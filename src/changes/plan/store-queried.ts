import sql, { type Sql } from 'sql-template-tag'
import type { Transaction } from '../../database/open.ts'
import { writtenFields } from '../history/store-undo.ts'
import { countPlan, notePlan } from './store-plan.ts'

/**
 * Makes a set's plan of what a query says, in the database alone, in place of the plan that it may have had.
 * @param planned a row for each change, with the columns `row_number, action, account_id, account_version, local_id,
 *   local_id_key, former_local_id_key, counterpart_id, before, after, problems`
 */
export async function planQueried(
  tx: Transaction,
  set: { id: number; organisationId: number },
  planned: Sql,
): Promise<void> {
  await tx.run(sql`delete from change where change_set_id = ${set.id}`)
  await tx.run(
    sql`insert into change (change_set_id, organisation_id, row_number, action, account_id, account_version, local_id,
          local_id_key, former_local_id_key, counterpart_id, before, after, problems)
        select ${set.id}::bigint, ${set.organisationId}::integer, row_number, action, account_id, account_version, local_id,
          local_id_key, former_local_id_key, counterpart_id, before, after, problems
        from (${planned}) as planned`,
  )
  const { replaced: _replaced, ...counts } = await countPlan(tx, set.id)
  const fields = await writtenFields(tx, set.id)
  await notePlan(tx, set.id, { counts, fields, firstRow: 1, lastRow: counts.rows })
}
