import { type Actor, asActor } from '../access/actor.ts'
import { rightsOfNow } from '../access/rights-of-now.ts'
import { BYTE_ORDER_MARK } from '../csv/write.ts'
import type { Scope, Transaction } from '../database/open.ts'
import { Conflict, Gone, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { csvName, type FileToDownload, inPieces } from '../results/csv-file.ts'
import { noteDownload } from '../results/note-download.ts'
import { UPLOAD_FORMAT } from './columns.ts'
import { type RowResult, selectBlock, selectKeptUpload, selectRowResults } from './find-results.ts'
import { above, lineOf, problemText, type ReadUpload, resultCells } from './result-lines.ts'

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
  const line = lineOf(upload)
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

type Block = { firstRow: number; lastRow: number; rows: string[][]; results: Map<number, RowResult> }

async function* blocks(
  portal: Portal,
  actor: Actor,
  { id, organisationId }: ReadUpload,
): AsyncGenerator<Block> {
  const asNow = rightsOfNow(portal, actor, 'read-uploads', organisationId)
  for (let after = 0; ; ) {
    const block = await asNow((tx, scope) => readBlock(tx, scope, id, after))
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
