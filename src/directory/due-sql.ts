import sql, { join, type Sql } from 'sql-template-tag'
import { DUE, DUE_STATUSES, type DueStatus } from './due.ts'

/** That the account `a` has this status and its days are over on a day, or were before. */
export function isDue(status: DueStatus, day: Sql): Sql {
  return sql`(a.status = ${status}
    and a.status_changed_at < (${day} - ${DUE[status].days - 1}::integer)::timestamp at time zone 'Europe/London')`
}

/** That something becomes of the account `a` within so many days from now, by the database's clock. */
export function isDueWithin(days: number): Sql {
  const day = sql`((now() at time zone 'Europe/London')::date + ${days}::integer)`
  return sql`(${join(
    DUE_STATUSES.map((status) => isDue(status, day)),
    ' or ',
  )})`
}
