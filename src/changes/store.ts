import sql, { type Sql } from 'sql-template-tag'
import type { Action } from '../access/permissions.ts'
import { inScope } from '../access/scope-sql.ts'
import type { Scope, Transaction } from '../database/open.ts'
import { Conflict } from '../errors.ts'
import { OUTCOME, type ResultCounts } from './change.ts'
import type { ChangeSet } from './change-set.ts'
import type { Kind } from './kinds.ts'
import { comingTo, isEnded, type Status } from './status.ts'

/** The change set, locked against everyone else who would move it; undefined when it isn't in the scope. */
export function lockChangeSet(tx: Transaction, scope: Scope, id: number): Promise<ChangeSet | undefined> {
  return tx.row<ChangeSet>(sql`${changeSet(scope, id)} for update`)
}

/** The same for somebody who only looks. */
export function selectChangeSet(tx: Transaction, scope: Scope, id: number): Promise<ChangeSet | undefined> {
  return tx.row<ChangeSet>(changeSet(scope, id))
}

function changeSet(scope: Scope, id: number): Sql {
  return sql`
    select s.id, s.kind, s.status, s.organisation_id as "organisationId", s.counterpart_id as "counterpartId",
      s.undoes_id as "undoesId", s.permission, s.confirmed_by as "confirmedBy", s.cancelled_by as "cancelledBy",
      s.first_row as "firstRow", s.last_row as "lastRow", s.mark, s.results, s.fields, s.needs,
      s.plan_hash as "planHash", s.asked_at as "askedAt", s.expires_at as "expiresAt"
    from change_set s where s.id = ${id}
      and (${inScope(scope, 's.organisation_id')} or ${inScope(scope, 's.counterpart_id')} and s.is_shared)`
}

/** Of a set's organisations one that is closed and that somebody would go to, by its name. */
export async function selectClosedTarget(
  tx: Transaction,
  setId: number,
  ids: readonly number[],
): Promise<string | undefined> {
  const found = await tx.row<{ name: string }>(sql`
    select name from organisation o where id = any(${[...ids]}::integer[]) and closed_at is not null
      and exists (select from change where change_set_id = ${setId} and after->>'organisation' = o.code) limit 1`)
  return found?.name
}

/** A number for a change set that is made later. */
export async function allotChangeSetId(tx: Transaction): Promise<number> {
  const allotted = await tx.row<{ id: number }>(
    sql`select nextval(pg_get_serial_sequence('change_set', 'id')) as id`,
  )
  return (allotted as { id: number }).id
}

/** A new change set. @returns its ID */
export async function insertChangeSet(
  tx: Transaction,
  set: {
    /** Allotted before, see allotChangeSetId. */
    id?: number
    kind: Kind
    status: Status
    organisationId: number
    counterpartId?: number
    undoesId?: number
    /** What one must be allowed, where that isn't what its kind asks for. */
    permission?: Action | null
    /** What was asked for: see store-undo.ts, and the actions. */
    selection?: object
    by: number
    at: Date
  },
): Promise<number> {
  const made = await tx.row<{ id: number }>(
    sql`insert into change_set (id, kind, status, organisation_id, counterpart_id, undoes_id, permission, selection, created_by, created_at)
        overriding system value
        values (coalesce(${set.id ?? null}, nextval(pg_get_serial_sequence('change_set', 'id'))), ${set.kind}, ${set.status}, ${set.organisationId}, ${set.counterpartId ?? null},
          ${set.undoesId ?? null}, ${set.permission ?? null}, ${set.selection ? JSON.stringify(set.selection) : null}, ${set.by}, ${set.at})
        returning id`,
  )
  return (made as { id: number }).id
}

/**
 * Writes a change set's move to another status, if the table of moves allows it.
 * @throws Conflict when it doesn't
 */
export async function noteMove(tx: Transaction, id: number, to: Status, now: Date): Promise<void> {
  const ended = isEnded(to) ? now : null
  const moved = await tx.run(
    sql`update change_set set status = ${to}, completed_at = ${ended}
        where id = ${id} and status = any(${comingTo(to)}::text[])`,
  )
  if (moved === 0) throw new Conflict(`This can't become “${to}” any more: its status has changed.`)
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
export async function useIndexesOnly(tx: Transaction): Promise<void> {
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
