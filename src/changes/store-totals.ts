import sql, { type Sql } from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import { RESULTS, type ResultCounts } from './change.ts'
import { IS_UNDER_WAY, STATUSES, type Status } from './status.ts'

/** Of all that there ever was. No total of rows falls when change sets expire: their counts stay. It does
 * while a file is checked again. */
export type Totals = {
  uploads: Record<Status, number>
  /** Rows of files whose check has ended. */
  rowsChecked: number
  /** Rows that have their outcome, those of applies under way too. */
  rowsApplied: ResultCounts
}

/** What a change set `s` counts for, each under its name. */
const COUNTED: Sql = sql`(
  select 'status ' || s.status as name, 1::bigint as value where s.kind = 'upload'
  union all select 'checked', (s.counts->>'rows')::bigint where s.kind = 'upload' and s.counts ? 'rows'
  union all select 'result ' || key, value::bigint from jsonb_each_text(s.results))`

/**
 * Adds a change set that has ended to the totals of its organisation, for good. The last thing that a transaction does:
 * whoever ends another set of the organisation waits for its end.
 */
export function addToTotals(tx: Transaction, id: number): Promise<void> {
  return moveTotals(tx, id, 1)
}

/** The other way round, for one that is taken up again. */
export function takeFromTotals(tx: Transaction, id: number): Promise<void> {
  return moveTotals(tx, id, -1)
}

async function moveTotals(tx: Transaction, id: number, sign: 1 | -1): Promise<void> {
  await tx.run(
    sql`insert into ended_total (organisation_id, name, value)
        select s.organisation_id, counted.name, ${sign}::integer * counted.value
        from change_set s cross join lateral ${COUNTED} as counted
        where s.id = ${id} order by counted.name
        on conflict (organisation_id, name) do update set value = ended_total.value + excluded.value`,
  )
}

/** The totals as of now: of what has ended, as it was added, and of what hasn't, as it stands. */
export async function selectTotals(tx: Transaction): Promise<Totals> {
  const found = await tx.rows<{ name: string; value: number }>(
    sql`select name, sum(value)::bigint as value from (
          select name, value from ended_total
          union all select counted.name, counted.value
          from change_set s cross join lateral ${COUNTED} as counted where ${IS_UNDER_WAY}) as every
        group by name`,
  )
  const values = new Map(found.map(({ name, value }) => [name, value]))
  const of = <Name extends string>(names: readonly Name[], prefix: string) =>
    Object.fromEntries(names.map((name) => [name, values.get(`${prefix} ${name}`) ?? 0])) as Record<
      Name,
      number
    >
  return {
    uploads: of(STATUSES, 'status'),
    rowsChecked: values.get('checked') ?? 0,
    rowsApplied: of(RESULTS, 'result'),
  }
}
