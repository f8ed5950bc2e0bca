import sql, { join, type Sql } from 'sql-template-tag'
import { DEFAULT_DAYS, DUE, DUE_STATUSES, type DueStatus, type StatusDays } from './due.ts'

/** That the account `a` has this status and its days are over on a day, or were before. */
export function isDue(status: DueStatus, day: Sql): Sql {
  const { after } = DUE[status]
  if (after === null) return sql`(a.status = ${status} and ${isToStart(day)})`
  return sql`(a.status = ${status}
    and a.status_changed_at < (${day} - ${daysSet(after)} + 1)::timestamp at time zone 'Europe/London')`
}

/** That something becomes of the account `a` within so many days from now, or those that are announced, by the database's clock. */
export function isDueWithin(days: number | 'announced'): Sql {
  const ahead = days === 'announced' ? daysSet('announced') : sql`${days}::integer`
  const day = sql`((now() at time zone 'Europe/London')::date + ${ahead})`
  return sql`(${join(
    DUE_STATUSES.map((status) => isDue(status, day)),
    ' or ',
  )})`
}

// Who was made active on that very start date, and is pending again since that was taken back, isn't so once more.
function isToStart(day: Sql): Sql {
  return sql`a.starts_on <= to_char(${day}, 'YYYY-MM-DD') and not exists (
    select from change c join change_set s on s.id = c.change_set_id
    where c.account_id = a.id and c.row_number <= s.mark and c.result is null
      and s.step = 'start' and to_char(s.day, 'YYYY-MM-DD') >= a.starts_on)`
}

function daysSet(name: keyof StatusDays): Sql {
  return sql`coalesce((select (d.value->>${name})::integer from organisation_setting d
    where d.organisation_id = a.organisation_id and d.name = 'days'), ${DEFAULT_DAYS[name]}::integer)`
}
