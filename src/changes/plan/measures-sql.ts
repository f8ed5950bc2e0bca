import sql, { type Sql } from 'sql-template-tag'
import { CREATES, IS_DECIDABLE, WRITES_FIELDS } from '../change.ts'

const CHANGES_A_NAME: Sql = sql`(lower(c.before->>'firstName') <> lower(c.after->>'firstName')
  or lower(c.before->>'lastName') <> lower(c.after->>'lastName')
  or lower(c.before->>'localId') <> lower(c.after->>'localId') and c.counterpart_id is null)`

/** What one field held another one gets. First by what is cheap, since it is asked of each row of a plan. */
const MOVES_A_VALUE: Sql = sql`(jsonb_path_query_array(c.after, '$.*') ?| array(select value from jsonb_each_text(c.before))
  and exists (
    select from jsonb_each_text(c.before) as old join jsonb_each_text(c.after) as new on new.value = old.value
    where new.key <> old.key and new.value not in ('true', 'false')))`

/** What was empty before, and goes back to that, isn't emptied. */
const EMPTIES_A_FIELD: Sql = sql`(c.action <> 'withdraw' and s.undoes_id is null and c.after @? '$.* ? (@ == null)')`

/** What the rows of a change set `s` that are written do together, as JSON. @param which of them */
function measured(which: Sql): Sql {
  return sql`(select jsonb_build_object(
      'touched', count(*) filter (where ${WRITES_FIELDS}),
      'identifying', count(*) filter (where ${CHANGES_A_NAME}),
      'mobiles', count(*) filter (where c.before->>'mobile' <> c.after->>'mobile'),
      'moved', count(*) filter (where c.action <> 'withdraw' and ${MOVES_A_VALUE}),
      'emptied', count(*) filter (where ${EMPTIES_A_FIELD} and not ${CREATES}),
      'ended', count(*) filter (where c.after->>'status' in ('Disabled', 'Leaver', 'Deleted', 'Withdrawn')),
      'differentPeople', count(*) filter (where c.action = 'different-person'),
      'repairs', count(*) filter (where c.repaired))
    from change c where c.change_set_id = s.id and (${WRITES_FIELDS} or ${CREATES}) and ${which})`
}

const ACCOUNTS: Sql = sql`(select count(*) from account a
  where a.organisation_id = s.organisation_id and a.status not in ('Deleted', 'Withdrawn', 'Removed'))`

/** How much the plan of a change set `s` does, whatever is decided, and how much what was decided adds to it. */
export const MEASURES: Sql = sql`jsonb_build_object('accounts', ${ACCOUNTS},
  'planned', ${measured(sql`not ${IS_DECIDABLE}`)}, 'decided', ${measured(IS_DECIDABLE)})`

/** The same, where nothing but decisions has changed since it was measured. */
export const MEASURES_AS_DECIDED: Sql = sql`s.measures || jsonb_build_object('decided', ${measured(IS_DECIDABLE)})`
