import sql, { join, raw, type Sql } from 'sql-template-tag'
import { RESULTS, type ResultCounts } from '../changes/change.ts'
import { STATUSES, type Status } from '../changes/status.ts'
import type { Transaction } from '../database/open.ts'

/** Of all that was ever sent. No total ever falls, not even when uploads expire: their counts stay. */
export type Totals = {
  uploads: Record<Status, number>
  /** Rows of files whose check has ended. */
  rowsChecked: number
  /** Rows that have their outcome, those of applies under way too. */
  rowsApplied: ResultCounts
}

/**
 * How long ago a change set must have ended to be counted for good: longer than it takes from noting the time to
 * committing it, and than the clocks of two machines differ.
 */
const SETTLED_AFTER_MS = 10 * 60_000

/**
 * Makes what reads the totals, again and again. The first time it reads every change set, about four seconds for a
 * million; then only those that ended since and those that haven't, for nothing about the others changes any more.
 */
export function openTotals(): (tx: Transaction, now: Date) => Promise<Totals> {
  const nothing = { at: new Date(0), until: new Date(0), totals: NONE }
  let settled = nothing
  return async (tx, now) => {
    // Another call may be under way, and add to the same. Where the clock was ahead, what was settled wasn't over.
    const before = settled.at > now ? nothing : settled
    const until = new Date(Math.max(before.until.getTime(), now.getTime() - SETTLED_AFTER_MS))
    const since = await findTotals(tx, sql`completed_at > ${before.until} and completed_at <= ${until}`)
    const totals = sum(before.totals, since)
    settled = { at: now, until, totals }
    return sum(totals, await findTotals(tx, sql`completed_at is null or completed_at > ${until}`))
  }
}

async function findTotals(tx: Transaction, which: Sql): Promise<Totals> {
  const groups = await tx.rows<ResultCounts & { status: Status; uploads: number; checked: number }>(sql`
    select status, count(*) filter (where kind = 'upload') as uploads,
      coalesce(sum((counts->'rows')::integer), 0) as checked,
      ${join(RESULTS.map((result) => sql`coalesce(sum((results->${result})::integer), 0) as ${raw(result)}`))}
    from change_set where ${which} group by status`)
  return groups
    .map(({ status, uploads, checked, ...rowsApplied }) => ({
      uploads: { ...NONE.uploads, [status]: uploads },
      rowsChecked: checked,
      rowsApplied,
    }))
    .reduce(sum, NONE)
}

const NONE: Totals = {
  uploads: Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>,
  rowsChecked: 0,
  rowsApplied: Object.fromEntries(RESULTS.map((result) => [result, 0])) as ResultCounts,
}

function sum(one: Totals, other: Totals): Totals {
  return {
    uploads: sumEach(one.uploads, other.uploads),
    rowsChecked: one.rowsChecked + other.rowsChecked,
    rowsApplied: sumEach(one.rowsApplied, other.rowsApplied),
  }
}

function sumEach<Name extends string>(
  one: Record<Name, number>,
  other: Record<Name, number>,
): Record<Name, number> {
  const names = Object.keys(one) as Name[]
  return Object.fromEntries(names.map((name) => [name, one[name] + other[name]])) as Record<Name, number>
}
