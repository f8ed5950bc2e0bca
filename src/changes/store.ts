import sql from 'sql-template-tag'
import { inScope } from '../access/scope-sql.ts'
import type { Scope, Transaction } from '../database/open.ts'
import type { FieldName } from '../directory/fields.ts'
import { Conflict } from '../errors.ts'
import { MOVES, type ResultCounts, type Status } from './change-set.ts'
import { OUTCOME } from './outcome.ts'

/** A change set as the engine needs it. */
export type ChangeSet = {
  id: number
  organisationId: number
  kind: 'upload' | 'edit'
  status: Status
  confirmedBy: number | null
  cancelledBy: number | null
  lastRow: number
  mark: number
  results: Partial<ResultCounts>
  /** The fields that its updates change. */
  fields: FieldName[]
}

/** The change set, locked against everyone else who would move it; undefined when it isn't in the scope. */
export function lockChangeSet(tx: Transaction, scope: Scope, id: number): Promise<ChangeSet | undefined> {
  return tx.row<ChangeSet>(
    sql`select id, organisation_id as "organisationId", kind, status, confirmed_by as "confirmedBy",
          cancelled_by as "cancelledBy", last_row as "lastRow", mark, results,
          array(select jsonb_object_keys(counts->'fields')) as fields
        from change_set where id = ${id} and ${inScope(scope, 'organisation_id')} for update`,
  )
}

/**
 * Moves a change set to another status, if the table of moves allows it.
 * @throws Conflict when it doesn't
 */
export async function moveChangeSet(tx: Transaction, id: number, to: Status, now: Date): Promise<void> {
  const from = Object.entries(MOVES).flatMap(([status, next]) => (next.includes(to) ? [status] : []))
  const ended = MOVES[to].length === 0 ? now : null
  const moved = await tx.run(
    sql`update change_set set status = ${to}, completed_at = ${ended} where id = ${id} and status = any(${from})`,
  )
  if (moved === 0) throw new Conflict(`This upload can't become “${to}” any more: its status has changed.`)
}

/** Why a change set was rejected or failed, and what to do. */
export async function noteReason(
  tx: Transaction,
  id: number,
  reason: { code: string; message: string },
): Promise<void> {
  await tx.run(sql`update change_set set reason = ${JSON.stringify(reason)} where id = ${id}`)
}

export async function noteConfirmation(tx: Transaction, id: number, by: number, at: Date): Promise<void> {
  await tx.run(sql`update change_set set confirmed_by = ${by}, confirmed_at = ${at} where id = ${id}`)
}

export async function noteCancellation(tx: Transaction, id: number, by: number): Promise<void> {
  await tx.run(sql`update change_set set cancelled_by = coalesce(cancelled_by, ${by}) where id = ${id}`)
}

/** @returns the rows that are no possible duplicates, so that nothing was decided for them */
export async function noteDecisions(
  tx: Transaction,
  id: number,
  decisions: { rows: readonly { row: number; decision: string }[] } | { all: string },
): Promise<number[]> {
  if ('all' in decisions) {
    await tx.run(sql`update change set decision = ${decisions.all}
      where change_set_id = ${id} and action = 'possible-duplicate'`)
    return []
  }
  const decided = await tx.rows<{ row: number }>(
    sql`update change c set decision = d.decision
        from unnest(${decisions.rows.map((one) => one.row)}::integer[],
          ${decisions.rows.map((one) => one.decision)}::text[]) as d (row_number, decision)
        where c.change_set_id = ${id} and c.row_number = d.row_number and c.action = 'possible-duplicate'
        returning c.row_number as row`,
  )
  const known = new Set(decided.map((one) => one.row))
  return decisions.rows.flatMap((one) => (known.has(one.row) ? [] : [one.row]))
}

/** Counts the outcomes of the rows that a change set, locked and now ended, never reached. */
export async function settleUnreached(tx: Transaction, { id, mark, results }: ChangeSet): Promise<void> {
  const rows = await tx.rows<{ outcome: keyof ResultCounts; count: number }>(
    sql`select ${OUTCOME} as outcome, count(*) from change c join change_set s on s.id = c.change_set_id
        where s.id = ${id} and c.row_number > s.mark group by 1`,
  )
  await noteResults(tx, id, mark, added(results, rows))
}

/** Moves the mark: rows up to it are applied, and these are their outcomes. */
export async function noteResults(
  tx: Transaction,
  id: number,
  mark: number,
  results: Partial<ResultCounts>,
): Promise<void> {
  await tx.run(
    sql`update change_set set mark = ${mark}, results = ${JSON.stringify(results)} where id = ${id}`,
  )
}

/** What was counted so far and what a chunk adds to it. */
export function added(
  sofar: Partial<ResultCounts>,
  rows: readonly { outcome: keyof ResultCounts; count: number }[],
): Partial<ResultCounts> {
  const results = { ...sofar }
  for (const { outcome, count } of rows) results[outcome] = (results[outcome] ?? 0) + count
  return results
}

/**
 * Has the statements of an apply find each account by its index, on this session for good. A chunk is a few thousand of
 * perhaps a million accounts, and PostgreSQL may choose to merge them with the index instead: that reads it from its
 * beginning for each chunk, so that a file of a million rows takes a hundred times as long.
 */
export async function findByIndexOnly(tx: Transaction): Promise<void> {
  await tx.run(
    sql`select set_config('enable_mergejoin', 'off', false), set_config('enable_hashjoin', 'off', false),
      set_config('enable_memoize', 'off', false)`, // no account comes twice
  )
}

/**
 * One apply at a time for an organisation: the lock is the session's, held until the session ends, however it ends.
 * Waits for whoever has it.
 */
export async function lockOrganisation(tx: Transaction, organisationId: number): Promise<void> {
  await tx.run(sql`select pg_advisory_lock(hashtext('apply-change-set'), ${organisationId}::integer)`)
}
