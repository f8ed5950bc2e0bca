import sql, { type Sql } from 'sql-template-tag'
import type { Transaction } from '../../database/open.ts'
import { type FieldName, labelOf } from '../../directory/fields.ts'
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
  await noteQueried(tx, set.id)
}

/** Where the people of a plan go in the organisation that takes them, and those who get another local ID than planned. */
export type Placing = {
  site: string | null
  organisationalUnit: string | null
  localIds: readonly { accountId: number; localId: string; key: string }[]
}

/** Writes into those rows of a plan that are applied where the people go; everything else of it stays as it was seen. */
export async function placePlanned(
  tx: Transaction,
  id: number,
  { site, organisationalUnit, localIds }: Placing,
): Promise<void> {
  await tx.run(
    sql`update change c set after = c.after - array['site', 'organisationalUnit']
          || ${whereOther('site', sql`${site}::text`)} || ${whereOther('organisationalUnit', sql`${organisationalUnit}::text`)}
        where c.change_set_id = ${id} and c.action = 'update'`,
  )
  await tx.run(
    sql`update change c set after = c.after - 'localId' || ${whereOther('localId', sql`typed.local_id`)},
          local_id_key = case when c.before->>'localId' is distinct from typed.local_id then typed.key end,
          former_local_id_key = case when c.before->>'localId' is distinct from typed.local_id then a.local_id_key end,
          problems = (select jsonb_agg(problem) from jsonb_array_elements(c.problems) as problem
            where problem->>'column' is distinct from ${labelOf('localId')})
        from unnest(${localIds.map(({ accountId }) => accountId)}::bigint[], ${localIds.map(({ localId }) => localId)}::text[],
            ${localIds.map(({ key }) => key)}::text[]) as typed (account_id, local_id, key)
          join account a on a.id = typed.account_id
        where c.change_set_id = ${id} and c.action = 'update' and c.account_id = typed.account_id`,
  )
  await noteQueried(tx, id)
}

function whereOther(field: FieldName, then: Sql): Sql {
  return sql`case when c.before->>${field} is distinct from ${then} then jsonb_build_object(${field}::text, ${then}) else '{}' end`
}

async function noteQueried(tx: Transaction, id: number): Promise<void> {
  const { replaced: _replaced, ...counts } = await countPlan(tx, id)
  const fields = await writtenFields(tx, id)
  await notePlan(tx, id, { counts, fields, firstRow: 1, lastRow: counts.rows })
}
