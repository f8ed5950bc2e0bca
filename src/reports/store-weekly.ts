import sql, { empty } from 'sql-template-tag'
import { inScope } from '../access/scope-sql.ts'
import type { Scope, Transaction } from '../database/open.ts'
import type { Parameters } from './parameters.ts'
import type { ReportKind } from './report.ts'

/** A report that somebody wants every Monday. */
export type Weekly = {
  id: number
  organisationId: number
  administratorId: number
  kind: ReportKind
  parameters: Parameters
}

const WEEKLY = sql`select id, organisation_id as "organisationId", administrator_id as "administratorId", kind, parameters
  from weekly_report`

/** Wanted twice, it is wanted once. */
export async function insertWeekly(tx: Transaction, wish: Omit<Weekly, 'id'>, now: Date): Promise<void> {
  await tx.run(sql`insert into weekly_report (organisation_id, administrator_id, kind, parameters, week)
    values (${wish.organisationId}, ${wish.administratorId}, ${wish.kind}, ${JSON.stringify(wish.parameters)}::jsonb,
      (select date_trunc('week', ${now}::timestamptz at time zone 'Europe/London')::date))
    on conflict do nothing`)
}

/** What somebody wants of an organisation. */
export function selectOwnWeekly(
  tx: Transaction,
  scope: Scope,
  wanted: { organisationId: number; administratorId: number; kind?: ReportKind | undefined },
): Promise<Weekly[]> {
  return tx.rows(sql`${WEEKLY} where ${inScope(scope, 'organisation_id', wanted.organisationId)}
    and administrator_id = ${wanted.administratorId}
    ${wanted.kind === undefined ? empty : sql`and kind = ${wanted.kind}`} order by id`)
}

/** @returns 0 where somebody has no such wish */
export function deleteWeekly(tx: Transaction, id: number, administratorId: number): Promise<number> {
  return tx.run(
    sql`delete from weekly_report where id = ${id}::bigint and administrator_id = ${administratorId}`,
  )
}

/**
 * The Monday of the week that it is, by this machine's clock and by the database's: where they differ, the earlier one, so
 * that a clock that is ahead sends nothing before its time.
 */
export async function selectMonday(tx: Transaction, now: Date): Promise<string> {
  const found = await tx.row<{ monday: string }>(sql`select to_char(date_trunc('week',
    least(${now}::timestamptz, clock_timestamp()) at time zone 'Europe/London'), 'YYYY-MM-DD') as monday`)
  return (found as { monday: string }).monday
}

/** Those that weren't made yet in the week of this Monday. */
export function selectDueWeekly(tx: Transaction, monday: string): Promise<Weekly[]> {
  return tx.rows(sql`${WEEKLY} where week < ${monday}::date order by id`)
}

/** Marks one as made for the week. @returns 0 where it was already, or isn't wanted any more */
export function markWeekly(tx: Transaction, id: number, monday: string): Promise<number> {
  return tx.run(
    sql`update weekly_report set week = ${monday}::date where id = ${id} and week < ${monday}::date`,
  )
}
