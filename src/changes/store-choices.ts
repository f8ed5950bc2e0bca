import sql, { join, raw, type Sql } from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import { CREATES, type Decision, decidableAs, WRITES_FIELDS } from './change.ts'

export type RowDecision = { row: number; decision: Decision }

/** @returns the rows of which this can't be decided, so that nothing was */
export async function noteDecisions(
  tx: Transaction,
  id: number,
  decisions: readonly RowDecision[],
): Promise<number[]> {
  const decided = new Set<number>()
  for (const [decision, those] of Map.groupBy(decisions, (one) => one.decision)) {
    const rows = those.map(({ row }) => row)
    for (const row of await noteDecision(tx, id, decision, sql`c.row_number = any(${rows}::integer[])`))
      decided.add(row)
  }
  return decisions.flatMap(({ row }) => (decided.has(row) ? [] : [row]))
}

/** Decides this of every row of which it can be decided. */
export async function noteDecisionOfAll(tx: Transaction, id: number, decision: Decision): Promise<void> {
  await noteDecision(tx, id, decision, sql`true`)
}

async function noteDecision(tx: Transaction, id: number, decision: Decision, which: Sql): Promise<number[]> {
  const isUpdate = decision === 'update'
  const can = sql`c.change_set_id = ${id} and ${which} and c.action = any(${decidableAs(decision)}::text[])
    and (${!isUpdate} or c.alternative is not null and c.repairs is null)`
  const wasUpdate = raw(`(c.decision is not distinct from 'update')`)
  await tx.run(sql`update change c set ${SWAPPED} where ${can} and ${wasUpdate} <> ${isUpdate}`)
  const rows = await tx.rows<{ row: number }>(
    sql`update change c set decision = ${decision} where ${can} returning c.row_number as row`,
  )
  return rows.map(({ row }) => row)
}

/** Has the repaired plan stand in the rows whose damage is all of these kinds, and the other one in all others. */
export async function noteRepairs(tx: Transaction, id: number, kinds: readonly string[]): Promise<void> {
  await tx.run(sql`update change_set set repairs = ${[...kinds]}::text[] where id = ${id}`)
  await tx.run(
    sql`update change c set ${SWAPPED}, repaired = not c.repaired
        where c.change_set_id = ${id} and c.repairs is not null
          and c.repaired <> (c.repairs <@ ${[...kinds]}::text[])`,
  )
}

export async function selectRepairs(
  tx: Transaction,
  id: number,
): Promise<{ accepted: string[]; offered: string[] }> {
  const found = await tx.row<{ accepted: string[]; offered: string[] }>(
    sql`select s.repairs as accepted, array(select jsonb_object_keys(s.counts->'repairs')) as offered
        from change_set s where s.id = ${id}`,
  )
  return found ?? { accepted: [], offered: [] }
}

/**
 * Two rows that would write to one account: by the check none do, but what is decided may lead there.
 * @returns the first that do, as rows of one account
 */
export async function selectClash(tx: Transaction, id: number): Promise<number[]> {
  const decided = await tx.row(
    sql`select 1 from change where change_set_id = ${id} and decision = 'update' limit 1`,
  )
  if (decided === undefined) return []
  const clash = await tx.row<{ rows: number[] }>(
    sql`select array_agg(c.row_number order by c.row_number) as rows from change c
        where c.change_set_id = ${id} and c.account_id is not null
          and (c.decision = 'update' or c.account_version is not null and (${WRITES_FIELDS} or ${CREATES} or c.action = 'unchanged'))
        group by c.account_id having count(*) > 1 and bool_or(coalesce(c.decision = 'update', false)) limit 1`,
  )
  return clash?.rows ?? []
}

const COLUMNS = [
  ['action', 'text'],
  ['account_id', 'bigint', 'accountId'],
  ['account_version', 'integer', 'accountVersion'],
  ['local_id_key', 'text', 'localIdKey'],
  ['former_local_id_key', 'text', 'formerLocalIdKey'],
  ['before', 'jsonb'],
  ['after', 'jsonb'],
  ['problems', 'jsonb'],
] as const

/** The assignments by which a row's two plans change places. */
const SWAPPED: Sql = join([
  ...COLUMNS.map(([column, type, name = column]) =>
    raw(
      column === 'problems'
        ? `problems = case when c.alternative ? 'problems' then nullif(nullif(c.alternative->'problems', 'null'), '[]')
            else c.problems end`
        : type === 'jsonb'
          ? `${column} = nullif(nullif(c.alternative->'${name}', 'null'), '[]')`
          : `${column} = (c.alternative->>'${name}')::${type}`,
    ),
  ),
  raw(
    `alternative = jsonb_build_object(${COLUMNS.map(([column, , name = column]) => `'${name}', c.${column}`).join(', ')})`,
  ),
])
