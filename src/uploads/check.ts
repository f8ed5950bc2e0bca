import type { PlannedChange } from '../changes/change.ts'
import { moveChangeSet, noteReason } from '../changes/store.ts'
import { insertChanges } from '../changes/store-plan.ts'
import type { Encoding } from '../csv/encoding.ts'
import type { Transaction } from '../database/open.ts'
import { isOutage } from '../database/sql-state.ts'
import { Conflict } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { accountIdPool } from './account-id-pool.ts'
import { UPLOAD_FORMAT } from './columns.ts'
import { type Headings, headingOf } from './headings.ts'
import { matchAccounts } from './match-accounts.ts'
import { type Planning, planChange } from './plan-changes.ts'
import { readAhead } from './read-ahead.ts'
import { readRows, type UploadedRow } from './read-rows.ts'
import { FileRejected } from './rejected.ts'
import { settlePlan } from './settle-plan.ts'
import {
  deleteBytes,
  deleteBytesOnceEnded,
  describeReading,
  insertBlock,
  noteRowsRead,
  readBytes,
  takeUploadToCheck,
  type UploadToCheck,
} from './store.ts'
import { validateRow } from './validate-row.ts'

/** How long a checking process may be silent before PostgreSQL ends its session, and another may take over. */
const LEASE_SECONDS = 10

/** Rows matched and planned with one query each way. */
const BATCH_ROWS = 2_000

/** Batches that are read, validated and matched while one is planned and stored. */
const BATCHES_AHEAD = 2

/** How often a check is begun again after an error of ours before it is given up. */
const ATTEMPTS = 5

const BROKEN = {
  code: 'check-failed',
  message:
    'Something went wrong on our side while the file was checked. Nothing was changed. Send the file again.',
}

/**
 * Step 2: reads, validates, matches and plans, row by row of the file, and stores the plan. It writes no account. The
 * whole check is one transaction: one that was killed leaves nothing, and is done again from the start.
 */
export async function checkUpload(
  portal: Portal,
  job: { data: { uploadId: number; organisationId: number }; attempt: number; signal?: AbortSignal },
): Promise<void> {
  const { uploadId, organisationId } = job.data
  try {
    await portal.database.onSession({ leaseSeconds: LEASE_SECONDS }, (session) =>
      session.transaction([organisationId], (tx) => check(portal, tx, uploadId, job.signal)),
    )
  } catch (error) {
    if (error instanceof Cancelled || error instanceof Conflict)
      return forgetBytes(portal, organisationId, uploadId)
    if (error instanceof FileRejected) {
      const at = error.row === null ? '' : `Row ${error.row}: `
      await end(portal, job.data, 'rejected', { code: error.code, message: `${at}${error.message}` })
      return
    }
    if (job.signal?.aborted || isOutage(error) || job.attempt < ATTEMPTS) throw error
    portal.log.error({ upload: uploadId, err: error }, 'an upload could not be checked')
    await end(portal, job.data, 'failed', BROKEN)
  }
}

/** Rolls the check back: the person cancelled the upload while it was checked. Its last move may find so too. */
class Cancelled extends Error {}

async function check(portal: Portal, tx: Transaction, uploadId: number, signal?: AbortSignal): Promise<void> {
  const upload = await takeUploadToCheck(tx, uploadId)
  if (!upload) return deleteBytesOnceEnded(tx, uploadId)
  const { organisationId, mode } = upload
  const { config } = portal
  const reader = await readRows(readBytes(tx, uploadId), {
    encoding: upload.encoding as Encoding,
    mode,
    mobileRequired: config.mobileRequired,
    maxRows: config.uploadMaxRows,
  })
  const context = {
    organisation: { code: upload.organisationCode, sites: upload.sites, units: upload.units },
    servedDomain: config.mailDomain,
    mobileRequired: config.mobileRequired,
  }
  const planning: Planning = {
    mode,
    organisationCode: upload.organisationCode,
    servedDomain: config.mailDomain,
    mobileRequired: config.mobileRequired,
    headingOf: (name) => headingOf(reader.headings, name, UPLOAD_FORMAT),
  }
  let lastRow: number = reader.headings.row
  let storing = Promise.resolve()
  try {
    for await (const { batch, rows, matches, newIds } of readAhead(matchedBatches(), BATCHES_AHEAD)) {
      const changes = rows.map((row, at) =>
        planChange(row, matches[at] as (typeof matches)[number], newIds, planning),
      )
      await storing
      signal?.throwIfAborted()
      storing = store(portal, tx, upload, batch, changes)
      lastRow = (batch.at(-1) as UploadedRow).row
    }
  } finally {
    await storing
  }
  const warnings = await settlePlan(tx, upload, planning, lastRow)
  await describeReading(tx, uploadId, {
    delimiter: reader.delimiter,
    headings: keptHeadings(reader.headings),
    assumptions: reader.assumptions(),
    warnings,
    rows: lastRow,
  })
  await deleteBytes(tx, uploadId)
  await moveChangeSet(tx, uploadId, 'checked', portal.clock.now())

  async function* matchedBatches() {
    for await (const batch of rebatched(reader.rows, BATCH_ROWS)) {
      const filled = batch.filter((row) => !row.isBlank)
      const rows = filled.map((row) => validateRow(row, reader.headings, context))
      const matches = await matchAccounts(tx, organisationId, rows)
      yield { batch, rows, matches, newIds: await accountIdPool(tx, matches, mode) }
    }
  }
}

/** A batch's part of the plan and of the kept copy, and how far the check has come. */
async function store(
  portal: Portal,
  tx: Transaction,
  upload: UploadToCheck,
  batch: readonly UploadedRow[],
  changes: readonly PlannedChange[],
): Promise<void> {
  if (changes.length > 0) await insertChanges(tx, upload, changes)
  await keep(tx, upload, batch)
  await reportProgress(portal, upload, (batch.at(-1) as UploadedRow).row)
}

/** The kept copy: every cell as it was read, blank rows included; passwords are empty since the reading. */
async function keep(tx: Transaction, upload: UploadToCheck, batch: readonly UploadedRow[]): Promise<void> {
  const [first, last] = [batch[0], batch.at(-1)] as [UploadedRow, UploadedRow]
  await insertBlock(tx, {
    id: upload.id,
    organisationId: upload.organisationId,
    firstRow: first.row,
    lastRow: last.row,
    rows: batch.map((row) => row.cells),
  })
}

function keptHeadings({ row, words, results }: Headings): {
  row: number
  words: string[]
  results: number[]
} {
  return { row, words, results }
}

// In a transaction of its own, so that the page sees it while the check's own is open.
async function reportProgress(portal: Portal, upload: UploadToCheck, rows: number): Promise<void> {
  const wanted = await portal.database.transaction([upload.organisationId], (tx) =>
    noteRowsRead(tx, upload.id, rows),
  )
  if (!wanted) throw new Cancelled()
}

async function end(
  portal: Portal,
  { uploadId, organisationId }: { uploadId: number; organisationId: number },
  status: 'rejected' | 'failed',
  reason: { code: string; message: string },
): Promise<void> {
  await portal.database.transaction([organisationId], async (tx) => {
    if (!(await takeUploadToCheck(tx, uploadId))) return // cancelled meanwhile
    await noteReason(tx, uploadId, reason)
    await deleteBytes(tx, uploadId)
    await moveChangeSet(tx, uploadId, status, portal.clock.now())
  })
}

function forgetBytes(portal: Portal, organisationId: number, uploadId: number): Promise<void> {
  return portal.database.transaction([organisationId], (tx) => deleteBytesOnceEnded(tx, uploadId))
}

/** As many rows as a few pieces of the file hold are gathered, and no more: rows may be long. */
const PIECES_GATHERED = 4

async function* rebatched(
  batches: AsyncIterable<UploadedRow[]>,
  size: number,
): AsyncGenerator<UploadedRow[]> {
  let waiting: UploadedRow[] = []
  let pieces = 0
  for await (const batch of batches) {
    waiting = waiting.concat(batch)
    pieces++
    let from = 0
    for (; waiting.length - from >= size; from += size) yield waiting.slice(from, from + size)
    if (from > 0) pieces = 1
    waiting = waiting.slice(from)
    if (pieces < PIECES_GATHERED || waiting.length === 0) continue
    yield waiting
    waiting = []
    pieces = 0
  }
  if (waiting.length > 0) yield waiting
}
