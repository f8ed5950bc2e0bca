import sql, { type Sql } from 'sql-template-tag'

/**
 * A row's outcome, where it has one: what is noted on the change, else what the action says once the mark has passed
 * the row; and for rows that the set never reached, left out. `c` is the change, `s` its set.
 */
export const OUTCOME: Sql = sql`coalesce(c.result, case
  when c.row_number <= s.mark then ${plannedOutcome()}
  when s.status in ('completed', 'cancelled', 'failed') then
    case when c.action = 'error' then 'failed' else 'skipped' end
  end)`

/** The outcome of a row that the apply has reached and that nothing unforeseen happened to. */
export function plannedOutcome(): Sql {
  return sql`(case c.action
    when 'update' then 'updated'
    when 'create' then 'created'
    when 'unchanged' then 'unchanged'
    when 'error' then 'failed'
    else case when c.decision = 'create' then 'created' else 'skipped' end
  end)`
}

/** The account that a row has reached: the one it updates, made, or found in the place of the one it would make. */
export const REACHED_ACCOUNT: Sql = sql`case
  when c.action not in ('create', 'possible-duplicate') then c.account_id
  when ${OUTCOME} = 'created' then c.account_id
  when ${OUTCOME} = 'unchanged' then c.similar_account_id
  end`
