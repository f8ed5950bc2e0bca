import sql, { type Sql } from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import { isDue } from '../directory/due-sql.ts'
import { STEPS, type Step } from './steps.ts'

/**
 * The day that it is, such as 2026-11-30, by this machine's clock and by the database's: where they differ, the earlier
 * one, so that a clock that is ahead takes nobody before their time.
 */
export async function selectToday(tx: Transaction, now: Date): Promise<string> {
  const found = await tx.row<{ day: string }>(
    sql`select to_char(least(${now}::timestamptz, clock_timestamp()) at time zone 'Europe/London', 'YYYY-MM-DD') as day`,
  )
  return (found as { day: string }).day
}

/** The organisations where a step is due for somebody. */
export async function selectOrganisationsDue(tx: Transaction, step: Step, day: string): Promise<number[]> {
  const found = await tx.rows<{ id: number }>(
    sql`select distinct organisation_id as id from account a where ${isDueOn(step, day)} order by 1`,
  )
  return found.map(({ id }) => id)
}

/** That a step is due for the account `a` on that day, or was before. */
export function isDueOn(step: Step, day: string): Sql {
  return isDue(STEPS[step].from, sql`${day}::date`)
}

/** Accounts that were removed since then. */
export async function selectRemovedSince(tx: Transaction, since: Date): Promise<number[]> {
  const found = await tx.rows<{ id: number }>(
    sql`select id from account where status = 'Removed' and status_changed_at >= ${since}`,
  )
  return found.map(({ id }) => id)
}
