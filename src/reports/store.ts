import sql, { empty, join, type Sql } from 'sql-template-tag'
import { inScope } from '../access/scope-sql.ts'
import type { Scope, Transaction } from '../database/open.ts'
import type { AccountFilter } from '../directory/account-filter.ts'
import type { Reason } from '../queue/given-up.ts'
import type { Parameters } from './parameters.ts'
import type { ReportKind } from './report.ts'

/** A report that was made, or is being made. */
export type ReportRun = {
  id: number
  kind: ReportKind
  parameters: Parameters
  /** Only those people; null for everybody that the report is about. */
  filter: AccountFilter | null
  organisation: { id: number; code: string; name: string }
  status: 'running' | 'completed' | 'failed'
  /** Why it failed; null for one of an earlier version too. */
  reason: Reason | null
  requestedBy: { id: number; name: string }
  createdAt: Date
  completedAt: Date | null
  progress: { done: number; total: number }
  filename: string
  /** The file has been removed. */
  expired: boolean
}

type NewRun = {
  kind: ReportKind
  parameters: Parameters
  filter: AccountFilter | null
  organisationId: number
  requestedBy: number
  /** It is made for somebody who wants it every week, and is told. */
  isWeekly: boolean
  filename: string
  total: number
  now: Date
}

export async function insertRun(tx: Transaction, run: NewRun): Promise<number> {
  const made = await tx.row<{ id: number }>(sql`
    insert into report_run (organisation_id, kind, status, requested_by, created_at, rows_total, filename, filter, parameters,
      is_weekly)
    values (${run.organisationId}, ${run.kind}, 'running', ${run.requestedBy}, ${run.now}, ${run.total}, ${run.filename},
      ${asJson(run.filter)}::jsonb, ${JSON.stringify(run.parameters)}::jsonb, ${run.isWeekly})
    returning id`)
  return made?.id as number
}

/** The run of that kind, of those people, that this person has under way; held against a second start at the same moment. */
export async function selectRunning(
  tx: Transaction,
  run: Pick<NewRun, 'kind' | 'parameters' | 'filter' | 'organisationId' | 'requestedBy' | 'isWeekly'>,
): Promise<number | undefined> {
  await tx.row(sql`select pg_advisory_xact_lock(hashtext('start-report'), ${run.requestedBy}::integer)`)
  const running = await tx.row<{ id: number }>(sql`select id from report_run where status = 'running'
    and kind = ${run.kind} and organisation_id = ${run.organisationId} and requested_by = ${run.requestedBy}
    and filter is not distinct from ${asJson(run.filter)}::jsonb
    and parameters = ${JSON.stringify(run.parameters)}::jsonb and is_weekly = ${run.isWeekly}`)
  return running?.id
}

function asJson(filter: AccountFilter | null): string | null {
  return filter && JSON.stringify(filter)
}

/**
 * A run that still is to be made, held until the transaction's end; another worker that holds it is waited for. The lock
 * is no row lock, so that progress can be written meanwhile.
 */
export async function takeRun(
  tx: Transaction,
  id: number,
): Promise<
  | (Pick<NewRun, 'kind' | 'parameters' | 'filter' | 'organisationId' | 'requestedBy'> & {
      organisationCode: string
    })
  | undefined
> {
  await tx.row(sql`select pg_advisory_xact_lock(hashtext('run-report'), ${id}::integer)`)
  return tx.row(sql`
    select r.kind, r.parameters, r.filter, r.organisation_id as "organisationId", o.code as "organisationCode", r.requested_by as "requestedBy"
    from report_run r join organisation o on o.id = r.organisation_id where r.id = ${id} and r.status = 'running'`)
}

export function noteProgress(tx: Transaction, id: number, rows: number): Promise<number> {
  return tx.run(sql`update report_run set rows_written = ${rows} where id = ${id}`)
}

export function endRun(
  tx: Transaction,
  id: number,
  end: { status: 'completed' } | { status: 'failed'; reason: Reason },
  now: Date,
): Promise<number> {
  const reason = end.status === 'failed' ? JSON.stringify(end.reason) : null
  return tx.run(sql`update report_run set status = ${end.status}, reason = ${reason}, completed_at = ${now}
    where id = ${id} and status = 'running'`)
}

/** A weekly run that has ended, unless it did because the rights were gone. */
export function selectEndedWeekly(
  tx: Transaction,
  id: number,
): Promise<{ kind: ReportKind; status: string; requestedBy: number; organisationName: string } | undefined> {
  return tx.row(sql`select r.kind, r.status, r.requested_by as "requestedBy", o.name as "organisationName"
    from report_run r join organisation o on o.id = r.organisation_id
    where r.id = ${id} and r.is_weekly and r.status <> 'running'
      and coalesce(r.reason->>'code', '') <> 'rights-withdrawn'`)
}

type RunRow = Omit<ReportRun, 'organisation' | 'requestedBy' | 'progress'> & {
  organisationId: number
  code: string
  name: string
  requesterId: number
  requester: string
  done: number
  total: number
}

/** Where which kinds may be read. */
export type Sight = readonly { kinds: readonly ReportKind[]; scope: Scope }[]

export async function selectRuns(
  tx: Transaction,
  sight: Sight,
  filters: { id?: number; organisationId?: number; kind?: ReportKind; limit: number },
): Promise<ReportRun[]> {
  const rows = await tx.rows<RunRow>(sql`
    select r.id, r.kind, r.parameters, r.filter, r.status, r.reason, r.created_at as "createdAt", r.completed_at as "completedAt", r.filename,
      r.rows_written as done, r.rows_total as total, r.requested_by as "requesterId", w.name as requester,
      o.id as "organisationId", o.code, o.name,
      r.status = 'completed' and not exists (select from report_bytes where report_run_id = r.id) as expired
    from report_run r join organisation o on o.id = r.organisation_id join administrator w on w.id = r.requested_by
    where (${join([sql`false`, ...sight.map(isInSight)], ' or ')})
      ${filters.kind === undefined ? empty : sql`and r.kind = ${filters.kind}`}
      ${filters.id === undefined ? empty : sql`and r.id = ${filters.id}`}
      ${filters.organisationId === undefined ? empty : sql`and r.organisation_id = ${filters.organisationId}`}
    order by r.id desc limit ${filters.limit}`)
  return rows.map(({ organisationId, code, name, requesterId, requester, done, total, ...run }) => ({
    ...run,
    organisation: { id: organisationId, code, name },
    requestedBy: { id: requesterId, name: requester },
    progress: { done, total },
  }))
}

function isInSight({ kinds, scope }: Sight[number]): Sql {
  return sql`r.kind = any(${[...kinds]}::text[]) and ${inScope(scope, 'r.organisation_id')}`
}

export async function insertPiece(
  tx: Transaction,
  piece: { id: number; organisationId: number; number: number; bytes: Buffer },
): Promise<void> {
  await tx.run(sql`insert into report_bytes (report_run_id, number, organisation_id, bytes)
    values (${piece.id}, ${piece.number}, ${piece.organisationId}, ${piece.bytes})`)
}

type InTransaction = <T>(work: (tx: Transaction, scope: Scope) => Promise<T>) => Promise<T>

/** The pieces of a report's file, each read in a transaction of its own. */
export async function* readPieces(id: number, inTransaction: InTransaction): AsyncGenerator<Buffer> {
  for (let number = 0; ; number++) {
    const piece = await inTransaction((tx, scope) =>
      tx.row<{ bytes: Buffer }>(sql`select bytes from report_bytes
        where report_run_id = ${id} and number = ${number} and ${inScope(scope, 'organisation_id')}`),
    )
    if (piece === undefined) return
    yield piece.bytes
  }
}

/** The files of reports that were made before; that they were made stays. */
export function deleteOldReportFiles(tx: Transaction, before: Date): Promise<number> {
  return tx.run(sql`delete from report_bytes b using report_run r
    where r.id = b.report_run_id and r.completed_at < ${before}`)
}

/**
 * The files of reports that were begun before these accounts were removed, in whichever organisation they had been: a file
 * of everybody names them too.
 */
export function deleteFilesNaming(tx: Transaction, accountIds: readonly number[]): Promise<number> {
  return tx.run(sql`delete from report_bytes b using report_run r
    where r.id = b.report_run_id and exists (select from account a
      where a.id = any(${[...accountIds]}::bigint[]) and r.created_at <= a.status_changed_at
        and (a.organisation_id = r.organisation_id or exists (select from change c
          where c.account_id = a.id and r.organisation_id in (c.organisation_id, c.counterpart_id))))`)
}
