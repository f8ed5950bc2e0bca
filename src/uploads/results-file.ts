import { type Actor, asActor } from '../access/actor.ts'
import { asActorNow } from '../access/rights-of-now.ts'
import type { ChangeAction } from '../changes/change.ts'
import type { Problem } from '../changes/problem.ts'
import { BYTE_ORDER_MARK, csvCells, csvLine } from '../csv/write.ts'
import type { Scope, Transaction } from '../database/open.ts'
import { labelOf } from '../directory/fields.ts'
import { Conflict, Gone, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { csvName, type FileToDownload, inPieces, PIECE_LENGTH } from '../results/csv-file.ts'
import { noteDownload } from '../results/note-download.ts'
import { notReached, resultWord } from '../results/result-words.ts'
import { UPLOAD_FORMAT } from './columns.ts'
import {
  type KeptUpload,
  type RowResult,
  selectBlock,
  selectKeptUpload,
  selectRowResults,
} from './find-results.ts'
import type { KeptHeadings } from './store.ts'

/**
 * The uploaded file, every original cell as it was read, with each row's result after them.
 * @param way a download is noted here; what is mailed, where the message is queued
 * @throws NotFound; Conflict while the upload hasn't ended; Gone once its rows have been removed
 */
export async function resultsFile(
  portal: Portal,
  actor: Actor,
  id: number,
  way: 'download' | 'mail' = 'download',
): Promise<FileToDownload> {
  const upload = await ended(portal, actor, id)
  if (way === 'download') await noteDownload(portal, actor, upload, 'results')
  return {
    filename: csvName(upload.filename, 'results'),
    delimiter: upload.delimiter,
    content: file(portal, actor, upload, {
      headings: UPLOAD_FORMAT.resultHeadings,
      cells: resultCells,
      wants: () => true,
    }),
  }
}

/** The rows that failed, under the file's own headings: ready to correct and send again. */
export async function failedRowsFile(portal: Portal, actor: Actor, id: number): Promise<FileToDownload> {
  const upload = await ended(portal, actor, id)
  await noteDownload(portal, actor, upload, 'failed rows')
  return {
    filename: csvName(upload.filename, 'failed rows'),
    delimiter: upload.delimiter,
    content: file(portal, actor, upload, {
      headings: [UPLOAD_FORMAT.problemHeading],
      cells: (row) => [problemText(row)],
      wants: (row) => row?.result === 'failed',
    }),
  }
}

/** The rows with errors, as soon as the file is checked: the person's own cells and what is wrong with them. */
export async function problemsFile(portal: Portal, actor: Actor, id: number): Promise<FileToDownload> {
  const upload = await kept(portal, actor, id)
  await noteDownload(portal, actor, upload, 'rows with errors')
  return {
    filename: csvName(upload.filename, 'rows with errors'),
    delimiter: upload.delimiter,
    content: file(portal, actor, upload, {
      headings: [UPLOAD_FORMAT.problemHeading],
      cells: (row) => [problemText(row)],
      wants: (row) => row?.action === 'error',
    }),
  }
}

type ReadUpload = KeptUpload & { headings: KeptHeadings }

async function kept(portal: Portal, actor: Actor, id: number): Promise<ReadUpload> {
  const upload = await asActor(portal, actor, 'read-uploads', (tx, scope) => selectKeptUpload(tx, scope, id))
  if (!upload) throw new NotFound('There is no such upload.')
  if (upload.expired) {
    throw new Gone(
      'The rows of this upload have been removed, as is done some weeks after it ended. Its counts stay.',
    )
  }
  if (upload.headings === null)
    throw new Conflict('This upload has no rows to download: its file was not read to the end.')
  return { ...upload, headings: upload.headings }
}

async function ended(portal: Portal, actor: Actor, id: number): Promise<ReadUpload> {
  const upload = await kept(portal, actor, id)
  if (!upload.ended) throw new Conflict('The results are there once the upload has ended.')
  return upload
}

type Columns = {
  headings: readonly string[]
  /** The added cells. A blank row has none: it stays as it was. */
  cells: (row: RowResult) => string[]
  wants: (row: RowResult | undefined) => boolean
}

async function* file(
  portal: Portal,
  actor: Actor,
  upload: ReadUpload,
  columns: Columns,
): AsyncGenerator<string> {
  const { headings, delimiter } = upload
  // Our own columns, from a results file that was sent back, are replaced and not repeated.
  const ours = new Set(headings.results)
  const own = (cells: string[]) => cells.filter((_, at) => !ours.has(at))
  const width = own(headings.words).length
  const line = (cells: string[], more: readonly string[] | undefined) =>
    more
      ? csvCells(fitted(own(cells), width, delimiter), delimiter, width) +
        delimiter +
        csvLine(more, delimiter)
      : csvLine(own(cells), delimiter)

  yield BYTE_ORDER_MARK
  yield* above(headings, delimiter)
  yield line(headings.words, columns.headings)
  yield* inPieces(blocks(portal, actor, upload), function* ({ firstRow, rows, results }) {
    for (const [at, cells] of rows.entries()) {
      const row = results.get(firstRow + at)
      const isOfAnother = cells.length === 0 // organisation: see blocksOf
      yield !isOfAnother && columns.wants(row) ? line(cells, row && columns.cells(row)) : ''
    }
  })
}

/** Cells that are too many stand together in the last one, so that what is added stands under its headings. */
function fitted(cells: string[], width: number, delimiter: string): string[] {
  if (cells.length <= width || width === 0) return cells
  return [...cells.slice(0, width - 1), cells.slice(width - 1).join(delimiter)]
}

function* above({ row, above: filled = [] }: KeptHeadings, delimiter: string): Generator<string> {
  let at = 1
  for (const one of [...filled, { row, cells: undefined }]) {
    for (let blank = one.row - at; blank > 0; blank -= BLANK_AT_ONCE)
      yield '\r\n'.repeat(Math.min(blank, BLANK_AT_ONCE))
    if (one.cells) yield csvLine(one.cells, delimiter)
    at = one.row + 1
  }
}

const BLANK_AT_ONCE = PIECE_LENGTH / 2

type Block = { firstRow: number; lastRow: number; rows: string[][]; results: Map<number, RowResult> }

async function* blocks(
  portal: Portal,
  actor: Actor,
  { id, organisationId }: ReadUpload,
): AsyncGenerator<Block> {
  for (let after = 0; ; ) {
    const read = (tx: Transaction, scope: Scope) => readBlock(tx, scope, id, after)
    const block = await asActorNow(portal, actor, 'read-uploads', organisationId, read)
    if (!block) return
    yield block
    after = block.lastRow
  }
}

async function readBlock(
  tx: Transaction,
  scope: Scope,
  id: number,
  after: number,
): Promise<Block | undefined> {
  const block = await selectBlock(tx, scope, id, after)
  if (!block) return undefined
  const results = await selectRowResults(tx, scope, id, block.firstRow, block.lastRow)
  return {
    firstRow: block.firstRow,
    lastRow: block.lastRow,
    rows: JSON.parse(block.cells) as string[][],
    results: new Map(results.map((row) => [row.row, row])),
  }
}

function resultCells(row: RowResult): string[] {
  return [
    row.result === null ? '' : resultWord(row.result, 'upload'),
    detail(row),
    row.accountId === null ? '' : String(row.accountId),
    row.address ?? '',
  ]
}

function detail(row: RowResult): string {
  if (row.detail !== null) return row.detail
  if (row.result === 'failed') return problemText(row)
  if (row.result === 'skipped') {
    const why = LEFT_OUT[row.action]
    return why === undefined ? notReached('upload') : `Left out ${why}. ${problemText(row)}`
  }
  const written = row.fields.filter((field) => !row.unwritten?.includes(field))
  const changed = row.result === 'updated' ? [`Changed: ${written.map(labelOf).join(', ')}.`] : []
  return [...changed, ...messages(row.problems)].join(' ')
}

/** Why a row is left out unless a person decides otherwise. */
const LEFT_OUT: Partial<Record<ChangeAction, string>> = {
  'possible-duplicate': 'as a possible duplicate',
  'different-person': 'since it seems to be about a different person',
  conflict: 'since others have changed the same fields',
}

function problemText(row: RowResult): string {
  if (row.detail !== null) return row.detail
  return messages(row.problems).join(' ')
}

function messages(problems: readonly Problem[]): string[] {
  return problems.map(({ column, message }) => (column === null ? message : `${column}: ${message}`))
}
