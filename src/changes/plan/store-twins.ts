import sql, { raw, type Sql } from 'sql-template-tag'
import type { Transaction } from '../../database/open.ts'
import type { FieldValues } from '../change.ts'
import { SHORTEST_NEAR } from './likely-same-person.ts'

/** A row that would make an account, in a group of rows that have something in common. */
export type TwinRow = {
  row: number
  key: string
  groupSize: number
  /** It looks like nobody who has an account. */
  isNew: boolean
  values: FieldValues
}

/** So many rows of a group are compared with each other; where one mobile was filled down, there are more. */
const MOST_OF_A_GROUP = 50

// Rows that look like an existing account are left out anyway, so they aren't compared with each other.
const IS_COMPARED = sql`group_size > 1 and has_new and nth <= ${MOST_OF_A_GROUP}`

/** How many rows of a plan stand in groups; a row may stand in several. */
export async function countTwinRows(tx: Transaction, id: number): Promise<number> {
  const found = await tx.row<{ count: number }>(
    sql`with ${grouped(id)} select count(*) from grouped where ${IS_COMPARED}`,
  )
  return found?.count ?? 0
}

/** The rows of one part of the groups, each group whole and in the order of its rows. */
export function selectTwinRows(
  tx: Transaction,
  id: number,
  { part, parts }: { part: number; parts: number },
): Promise<TwinRow[]> {
  return tx.rows(
    sql`with ${grouped(id)}
        select g.row_number as row, g.key, g.group_size as "groupSize", g.is_new as "isNew", c.after as values
        from grouped g cross join lateral (
          select after from change where change_set_id = ${id} and row_number = g.row_number offset 0) c
        where ${IS_COMPARED} and abs(hashtext(g.key)::bigint) % ${parts} = ${part}
        order by g.key, g.row_number`,
  )
}

/** Leaves rows out until a person decides, each with the other row and what is told of it. */
export async function noteTwins(
  tx: Transaction,
  id: number,
  twins: readonly { row: number; other: number; problems: readonly object[] }[],
): Promise<void> {
  if (twins.length === 0) return
  await tx.run(
    sql`update change c set action = 'possible-duplicate', similar_row = twin.other,
          problems = coalesce(c.problems, '[]') || twin.problems
        from rows from (
          unnest(${twins.map(({ row }) => row)}::integer[], ${twins.map(({ other }) => other)}::integer[]),
          jsonb_array_elements(${JSON.stringify(twins.map(({ problems }) => problems))}::jsonb)) as twin (row, other, problems)
        where c.change_set_id = ${id} and c.row_number = twin.row`,
  )
}

// Two rows are compared if they share a mobile or a secondary address, or a name (in either order) together with the post
// or one half of the local ID.
function grouped(id: number): Sql {
  return sql`grouped as (
    select row_number, key, action = 'create' as is_new, count(*) over (partition by key) as group_size,
      bool_or(action = 'create') over (partition by key) as has_new,
      row_number() over (partition by key order by row_number) as nth
    from change c
      cross join lateral (select fold_name(after->>'lastName') as last, fold_name(after->>'firstName') as first,
        after->>'mobile' as mobile, lower(after->>'secondaryEmail') as email, local_id_key as id offset 0) p
      cross join lateral (select least(last, first) || e'\\n' || greatest(last, first) as name offset 0) n
      cross join lateral (values ('mobile ' || mobile), ('email ' || email),
        ('post ' || name || e'\\n' || (after->>'jobTitle') || e'\\n' || (after->>'department')),
        ${sameHalf('left')}, ${sameHalf('right')}) k (key)
    where c.change_set_id = ${id} and c.action in ('create', 'possible-duplicate') and key is not null)`
}

function sameHalf(side: 'left' | 'right'): Sql {
  return raw(`(case when length(id) >= ${SHORTEST_NEAR}
    then '${side} ' || name || e'\\n' || ${side}(id, (length(id) - 1) / 2) end)`)
}
