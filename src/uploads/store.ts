import sql from 'sql-template-tag'
import { inScope } from '../access/scope-sql.ts'
import type { Mode } from '../changes/plan/wanted.ts'
import { insertChangeSet } from '../changes/store.ts'
import type { Scope, Transaction } from '../database/open.ts'
import { NotFound } from '../errors.ts'
import type { KeptMapping } from './mapping.ts'
import type { KeptPart } from './part.ts'
import type { Assumptions, FileWarning, SentAs } from './upload.ts'

/** @throws NotFound for a code that is unknown or out of scope */
export async function selectOrganisationToUpload(
  tx: Transaction,
  scope: Scope,
  code: string,
): Promise<{ id: number; name: string; closed: boolean }> {
  const found = await tx.row<{ id: number; name: string; closed: boolean }>(
    sql`select id, name, closed_at is not null as closed from organisation
        where code = ${code.trim().toUpperCase()} and ${inScope(scope, 'id')}`,
  )
  if (!found) throw new NotFound(`There is no organisation “${code}” that you may send files for.`)
  return found
}

export type NewUpload = SentAs & {
  id: number
  organisationId: number
  mode: Mode
  filename: string
  note?: string | undefined
  by: number
  now: Date
  size: number
  sha256: Buffer
  lines: number
  encoding: string
}

/** The upload and its change set. */
export async function insertUpload(tx: Transaction, { by, now, ...upload }: NewUpload): Promise<void> {
  const { id, organisationId } = upload
  await insertChangeSet(tx, { id, organisationId, kind: 'upload', status: 'checking', by, at: now })
  await tx.run(sql`insert into upload (id, organisation_id, filename, note, mode, size_bytes, sha256, lines, encoding, format, sheet, other_sheets)
    values (${upload.id}, ${upload.organisationId}, ${upload.filename}, ${upload.note ?? null}, ${upload.mode}, ${upload.size},
      ${upload.sha256}, ${upload.lines}, ${upload.encoding}, ${upload.format}, ${upload.sheet},
      ${upload.otherSheets})`)
}

/**
 * A piece of the file, on disk no later than the upload is, since the log is written in order; unless PostgreSQL is
 * killed in between: see storedSize.
 */
export async function insertBytes(
  tx: Transaction,
  piece: { id: number; organisationId: number; number: number; bytes: Buffer },
): Promise<void> {
  await tx.run(sql`select set_config('synchronous_commit', 'off', true)`)
  await tx.run(sql`insert into upload_bytes (upload_id, number, organisation_id, bytes)
    values (${piece.id}, ${piece.number}, ${piece.organisationId}, ${piece.bytes})`)
}

/** How many bytes of a file are stored: fewer than came where PostgreSQL was killed before they were on its disk. */
export async function storedSize(tx: Transaction, id: number): Promise<number> {
  const stored = await tx.row<{ size: number }>(
    sql`select coalesce(sum(octet_length(bytes)), 0)::bigint as size from upload_bytes where upload_id = ${id}`,
  )
  return stored?.size ?? 0
}

/**
 * Claims a key for an upload; a request with the same key that is still under way is waited for.
 * @returns the upload that the key stands for: this one, an earlier one of the same file; none where it was used for
 *   another file, perhaps of an organisation that is out of scope by now
 */
export async function claimIdempotencyKey(
  tx: Transaction,
  claim: {
    administratorId: number
    organisationId: number
    key: string
    fingerprint: Buffer
    uploadId: number
    now: Date
  },
): Promise<number | undefined> {
  const claimed = await tx.run(
    sql`insert into idempotency_key (administrator_id, organisation_id, key, fingerprint, upload_id, created_at)
        values (${claim.administratorId}, ${claim.organisationId}, ${claim.key}, ${claim.fingerprint},
          ${claim.uploadId}, ${claim.now})
        on conflict do nothing`,
  )
  if (claimed > 0) return claim.uploadId
  const earlier = await tx.row<{ uploadId: number }>(
    sql`select upload_id as "uploadId" from idempotency_key
        where administrator_id = ${claim.administratorId} and organisation_id = ${claim.organisationId}
          and key = ${claim.key} and fingerprint = ${claim.fingerprint}`,
  )
  return earlier?.uploadId
}

/** Whether a file was sent with this key before. */
export async function isKeyKnown(tx: Transaction, administratorId: number, key: string): Promise<boolean> {
  const known = await tx.row(
    sql`select 1 from idempotency_key where administrator_id = ${administratorId} and key = ${key}`,
  )
  return known !== undefined
}

export type UploadToCheck = {
  id: number
  organisationId: number
  organisationCode: string
  mode: Mode
  encoding: string
  lines: number
  mapping: KeptMapping | null
  /** Where its file was one of several organisations and is divided: the bytes are its rows. */
  part: KeptPart | null
  sites: { code: string; name: string }[]
  units: { name: string }[]
}

/**
 * The upload when it still is to be checked, held until the transaction's end; another worker that holds it (and may
 * be paused for good) is waited for. The lock is no row lock, so that progress and a cancel can be written meanwhile.
 */
export async function takeUploadToCheck(tx: Transaction, id: number): Promise<UploadToCheck | undefined> {
  await tx.row(sql`select pg_advisory_xact_lock(hashtext('check-upload'), ${id}::integer)`)
  return tx.row<UploadToCheck>(
    sql`select u.id, u.organisation_id as "organisationId", o.code as "organisationCode", u.mode, u.encoding, u.lines,
          u.mapping, u.part,
          (select coalesce(json_agg(json_build_object('code', code, 'name', name)), '[]')
             from site where organisation_id = o.id) as sites,
          (select coalesce(json_agg(json_build_object('name', name)), '[]')
             from organisational_unit where organisation_id = o.id) as units
        from upload u join change_set s on s.id = u.id join organisation o on o.id = u.organisation_id
        where u.id = ${id} and s.status = 'checking'`,
  )
}

/** Whether a file still is to be checked that nobody has read yet. */
export async function isToScan(tx: Transaction, id: number): Promise<boolean> {
  const found = await tx.row(
    sql`select 1 from change_set s join upload u on u.id = s.id
        where s.id = ${id} and s.status = 'checking' and u.part is null`,
  )
  return found !== undefined
}

/** So small that the rows of one piece, which are all held at once, are few beside a batch. */
const SLICE_BYTES = 64 * 1024

/** The file's bytes, in slices of 64 KiB at most. */
export async function* readBytes(tx: Transaction, id: number): AsyncGenerator<Buffer> {
  for await (const piece of readPieces(tx, id)) {
    for (let at = 0; at < piece.length; at += SLICE_BYTES) yield piece.subarray(at, at + SLICE_BYTES)
  }
}

/** The same in the pieces in which they were stored. */
export async function* readPieces(tx: Transaction, id: number): AsyncGenerator<Buffer> {
  for (let number = 0; ; number++) {
    const piece = await readPiece(tx, id, number)
    if (!piece) return
    yield piece
  }
}

/** One piece of them as it was received, about 1 MiB; undefined after the last one. */
export async function readPiece(tx: Transaction, id: number, number: number): Promise<Buffer | undefined> {
  const piece = await tx.row<{ bytes: Buffer }>(
    sql`select bytes from upload_bytes where upload_id = ${id} and number = ${number}`,
  )
  return piece?.bytes
}

/** How far the check has come, for the page. False when the upload was cancelled meanwhile. */
export async function noteRowsRead(tx: Transaction, id: number, rows: number): Promise<boolean> {
  await tx.run(sql`update upload set rows_read = ${rows} where id = ${id}`)
  const set = await tx.row<{ status: string }>(sql`select status from change_set where id = ${id}`)
  return set?.status === 'checking'
}

export async function insertBlock(
  tx: Transaction,
  block: { id: number; organisationId: number; firstRow: number; lastRow: number; rows: string[][] },
): Promise<void> {
  await tx.run(sql`insert into upload_block (upload_id, first_row, last_row, organisation_id, cells)
    values (${block.id}, ${block.firstRow}, ${block.lastRow}, ${block.organisationId}, ${JSON.stringify(block.rows)})`)
}

/**
 * The heading row as read: the results file begins with it, and with the filled rows above it. `results` are the places
 * of our own columns. Uploads of earlier have nothing above.
 */
export type KeptHeadings = {
  row: number
  words: string[]
  results: number[]
  above?: { row: number; cells: string[] }[]
}

export async function describeReading(
  tx: Transaction,
  id: number,
  reading: {
    delimiter: string
    headings: KeptHeadings
    assumptions: Assumptions
    warnings: FileWarning[]
    rows: number
  },
): Promise<void> {
  await tx.run(sql`update upload set delimiter = ${reading.delimiter},
    headings = ${JSON.stringify(reading.headings)}, assumptions = ${JSON.stringify(reading.assumptions)},
    warnings = ${JSON.stringify(reading.warnings)}, rows_read = ${reading.rows} where id = ${id}`)
}

/** What a check of an upload's file begins with, and whether its bytes are kept still. */
export function selectFileToCheck(
  tx: Transaction,
  id: number,
  scope: Scope = 'everything',
): Promise<{ encoding: string; lines: number; part: KeptPart | null; isKept: boolean } | undefined> {
  return tx.row(
    sql`select encoding, lines, part, exists (select from upload_bytes b where b.upload_id = u.id) as "isKept"
        from upload u where id = ${id} and ${inScope(scope, 'organisation_id')}`,
  )
}

/** Takes away what the last check read: the kept copy, problems, and what was taken for granted. */
export async function forgetReading(tx: Transaction, id: number): Promise<void> {
  await tx.run(sql`delete from upload_block where upload_id = ${id}`)
  await tx.run(sql`delete from problem_kind where change_set_id = ${id}`)
  await tx.run(sql`update upload set delimiter = null, headings = null, assumptions = null, warnings = default,
    rows_read = default where id = ${id}`)
}

/** For a file of which nothing may be kept. Else the bytes go when the plan is confirmed or comes to nothing. */
export async function deleteBytes(tx: Transaction, id: number): Promise<void> {
  await tx.run(sql`delete from upload_bytes where upload_id = ${id}`)
}

/** For an upload that was cancelled before or while it was checked. */
export async function deleteBytesOnceEnded(tx: Transaction, id: number): Promise<void> {
  await tx.run(sql`delete from upload_bytes b using change_set s
    where b.upload_id = ${id} and s.id = b.upload_id and s.status not in ('checking', 'checked', 'rejected')`)
}
