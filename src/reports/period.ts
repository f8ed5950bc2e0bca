import sql, { empty, raw, type Sql } from 'sql-template-tag'
import type { Parameters } from './parameters.ts'

/** So many days earlier. */
export function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * 24 * 3600_000).toISOString().slice(0, 10)
}

/** The Monday of a day's week. */
export function mondayOf(day: string): string {
  return daysBefore(day, (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7)
}

/** More conditions: that a time is within the period that was asked for. */
export function andWithin({ from, to }: Pick<Parameters, 'from' | 'to'>, column: string): Sql {
  const first = from === undefined ? empty : sql`and ${raw(column)} >= ${startOf(from)}`
  const last = to === undefined ? empty : sql`and ${raw(column)} < ${startOf(daysBefore(to, -1))}`
  return sql`${first} ${last}`
}

function startOf(day: string): Sql {
  return sql`${day}::timestamp at time zone 'Europe/London'`
}
