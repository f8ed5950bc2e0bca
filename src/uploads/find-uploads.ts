import sql, { empty, type Sql } from 'sql-template-tag'
import { type Actor, asActor } from '../access/actor.ts'
import { inScope } from '../access/scope-sql.ts'
import { CREATES, IS_DECIDABLE, RESULTS, type ResultCounts, WRITES_FIELDS } from '../changes/change.ts'
import { type Counts, NO_COUNTS, shareApplied } from '../changes/change-set.ts'
import type { Status } from '../changes/status.ts'
import type { Scope, Transaction } from '../database/open.ts'
import { NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import type { Upload, UploadSummary } from './upload.ts'

/** @throws NotFound for an upload that isn't there or is out of scope, Forbidden for who may see none */
export function findUpload(portal: Portal, actor: Actor, id: number): Promise<Upload> {
  return asActor(portal, actor, 'read-uploads', async (tx, scope) => {
    const row = await tx.row<UploadRecord & Pick<Upload, 'reason' | 'assumptions' | 'warnings'>>(
      sql`select ${SUMMARY}, s.reason, u.assumptions, u.warnings ${FROM} where u.id = ${id} and ${inScope(scope, 'u.organisation_id')}`,
    )
    if (!row) throw new NotFound('There is no such upload.')
    const { reason, assumptions, warnings, ...summary } = row
    const parts = row.dividedFrom === null ? [] : await selectParts(tx, scope, row.dividedFrom)
    return { ...toSummary(summary), reason, assumptions, warnings, parts }
  })
}

async function selectParts(tx: Transaction, scope: Scope, dividedFrom: number): Promise<UploadSummary[]> {
  const rows = await tx.rows<UploadRecord>(
    sql`select ${SUMMARY} ${FROM} where u.divided_from = ${dividedFrom} and ${inScope(scope, 'u.organisation_id')} order by o.code`,
  )
  return rows.map(toSummary)
}

/** Uploads, newest first. `after` is the ID of the last one of the page before. */
export function listUploads(
  portal: Portal,
  actor: Actor,
  wanted: {
    organisationId?: number
    status?: readonly Status[]
    withFailures?: boolean
    after?: number
    limit: number
  },
): Promise<{ uploads: UploadSummary[]; next: number | null }> {
  return asActor(portal, actor, 'read-uploads', async (tx, scope) => {
    const rows = await tx.rows<UploadRecord>(
      sql`select ${SUMMARY} ${FROM} where ${inScope(scope, 's.organisation_id', wanted.organisationId)}
        ${wanted.status === undefined ? empty : sql`and s.status = any(${[...wanted.status]}::text[])`}
        ${wanted.withFailures ? sql`and (s.results->>'failed')::integer > 0` : empty}
        ${wanted.after === undefined ? empty : sql`and s.id < ${wanted.after}`}
        order by s.id desc limit ${wanted.limit + 1}`,
    )
    const uploads = rows.slice(0, wanted.limit).map(toSummary)
    return { uploads, next: rows.length > wanted.limit ? (uploads.at(-1)?.id ?? null) : null }
  })
}

type UploadRecord = Omit<UploadSummary, 'counts' | 'results' | 'progress'> & {
  counts: Partial<Counts>
  results: Partial<ResultCounts>
  mark: number
  firstRow: number
  lastRow: number
  lines: number
  rowsRead: number
}

const SUMMARY: Sql = sql`
  u.id, json_build_object('id', o.id, 'code', o.code, 'name', o.name) as organisation, u.filename, u.note, u.mode,
    s.status, u.size_bytes as "sizeBytes", u.encoding, u.delimiter,
    u.format, u.sheet, u.other_sheets as "otherSheets", u.divided_from as "dividedFrom",
    s.counts, s.results, s.mark, s.first_row as "firstRow", s.last_row as "lastRow", u.lines, u.rows_read as "rowsRead",
    (select json_build_object('create', count(*) filter (where ${CREATES}), 'update', count(*) filter (where ${WRITES_FIELDS}))
      from change c where c.change_set_id = u.id and ${IS_DECIDABLE} and c.decision is not null) as decided,
    s.repairs as "acceptedRepairs",
    json_build_object('id', creator.id, 'name', creator.name, 'email', creator.email) as "createdBy",
    s.created_at as "createdAt",
    case when confirmer.id is not null
      then json_build_object('id', confirmer.id, 'name', confirmer.name, 'email', confirmer.email) end as "confirmedBy",
    s.confirmed_at as "confirmedAt", s.cancelled_by is not null as "cancelRequested",
    s.completed_at as "completedAt", u.expired_at as "expiredAt"`

const FROM: Sql = sql`
  from upload u
  join change_set s on s.id = u.id
  join organisation o on o.id = u.organisation_id
  join administrator creator on creator.id = s.created_by
  left join administrator confirmer on confirmer.id = s.confirmed_by`

const NO_RESULTS = Object.fromEntries(RESULTS.map((result) => [result, 0])) as ResultCounts

function toSummary({
  counts,
  results,
  mark,
  firstRow,
  lastRow,
  lines,
  rowsRead,
  ...upload
}: UploadRecord): UploadSummary {
  const all = { ...NO_COUNTS, ...counts }
  return { ...upload, counts: all, results: { ...NO_RESULTS, ...results }, progress: progressOf() }

  // While checking the number of rows is not known yet: the line ends are about as many.
  function progressOf(): { done: number; total: number } {
    if (upload.status === 'checking') return { done: rowsRead, total: Math.max(lines, rowsRead) }
    const total = all.rows
    if (upload.status === 'completed') return { done: total, total }
    const share = shareApplied({ mark, firstRow, lastRow })
    return { done: Math.min(total, Math.round(share * total)), total }
  }
}
