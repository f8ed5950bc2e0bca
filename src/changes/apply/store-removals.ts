import sql, { raw, type Sql } from 'sql-template-tag'
import type { Scope, Transaction } from '../../database/open.ts'
import { type Chunk, ofChunk } from './write-accounts.ts'

/** What stands in the place of what was said of a person who was removed. */
const MARK = '[removed]'

const TOLD = 'What was said here went with the person whom it was about.'

/**
 * The accounts that a chunk removes, those that still are as they were planned, and where else people are written to:
 * locked, so that nothing comes between.
 */
export function lockRemovals(
  tx: Transaction,
  chunk: Chunk,
): Promise<{ id: number; secondaryEmail: string | null }[]> {
  return tx.rows(
    sql`select a.id, a.secondary_email as "secondaryEmail" from account a join change c on c.account_id = a.id
        where ${ofChunk(chunk)} and c.action = 'remove' and a.version = c.account_version
          and a.organisation_id = any(${[...chunk.organisationIds]}::integer[])
        order by a.id for update of a`,
  )
}

/**
 * Takes the values out of the history of accounts that are removed, and out of plans, and the words out of rows that name
 * them, and out of what was asked for them alone, in whichever organisation that was. That something was done, when, by whom and with which fields stays.
 * @param scope what the transaction may touch, to which it is narrowed again
 */
export async function emptyHistory(tx: Transaction, scope: Scope, ids: readonly number[]): Promise<void> {
  await tx.setScope('everything')
  await tx.run(
    sql`update change c set before = ${emptied('c.before')}, after = ${emptied('c.after')},
          local_id = null, local_id_key = null, former_local_id_key = null, alternative = null, ${WORDS}
        where account_id = any(${[...ids]}::bigint[]) and action <> 'remove'`,
  )
  await tx.run(
    sql`update change c set alternative = null, ${WORDS} where similar_account_id = any(${[...ids]}::bigint[])`,
  )
  await tx.run(
    sql`update change_set set selection = selection || jsonb_build_object('value', ${MARK}::text)
        where selection->'value' <> 'null' and last_row = 1
          and id in (select change_set_id from change where account_id = any(${[...ids]}::bigint[]))`,
  )
  await tx.setScope(scope)
}

/** Which fields were written stays, and where the account stood. */
function emptied(values: string): Sql {
  return sql`coalesce((select jsonb_object_agg(key, case when key in ('status', 'organisation') then value
    else to_jsonb(${MARK}::text) end) from jsonb_each(${raw(values)})), ${raw(values)})`
}

/** Problems keep their kinds and lose what the row says: see uploads/problem-kinds.ts for the two ways of storing them. */
const WORDS: Sql = sql`detail = case when detail is not null then ${TOLD} end, problems = (
  select jsonb_agg(case jsonb_typeof(problem)
    when 'array' then (select jsonb_agg(case when place = 1 or word = 'null' then word else to_jsonb(${MARK}::text) end
      order by place) from jsonb_array_elements(problem) with ordinality as words (word, place))
    else problem || jsonb_build_object('value', null, 'message', ${TOLD}::text) end order by nth)
  from jsonb_array_elements(c.problems) with ordinality as problems (problem, nth))`
