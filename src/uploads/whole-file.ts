import { type Actor, asActor, requirePermission } from '../access/actor.ts'
import { rightsOfNow } from '../access/rights-of-now.ts'
import { BYTE_ORDER_MARK } from '../csv/write.ts'
import { Conflict, Gone, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { csvName, type FileToDownload, inPieces } from '../results/csv-file.ts'
import { noteDownload } from '../results/note-download.ts'
import { UPLOAD_FORMAT } from './columns.ts'
import {
  type KeptUpload,
  type RowOfPart,
  type RowResult,
  selectKeptParts,
  selectKeptUpload,
  selectLastRow,
  selectRowResults,
  selectRowsOfParts,
} from './find-results.ts'
import { above, blankLines, lineOf, type ReadUpload, resultCells } from './result-lines.ts'

/**
 * The file of several organisations as it was sent, each row in its place with its result: those of every part that one
 * may see. The rows of other parts are blank, and so are those of a part that was never read to its end. A file that wasn't
 * divided is its own whole.
 * @throws NotFound; Conflict while a part hasn't ended, or where none was read to its end; Gone once rows of a part have
 * been removed
 */
export async function wholeResultsFile(portal: Portal, actor: Actor, id: number): Promise<FileToDownload> {
  const parts = await endedParts(portal, actor, id)
  const [first] = parts
  if (!first) throw new Conflict('No part of this file was read to its end, so there is nothing to download.')
  for (const part of parts) await noteDownload(portal, actor, part, 'results')
  return {
    filename: csvName(first.filename, 'results of all'),
    delimiter: first.delimiter,
    content: file(portal, actor, first, parts),
  }
}

async function endedParts(portal: Portal, actor: Actor, id: number): Promise<ReadUpload[]> {
  const parts = await asActor(portal, actor, 'read-uploads', async (tx, scope) => {
    if (!(await selectKeptUpload(tx, scope, id))) throw new NotFound('There is no such upload.')
    return selectKeptParts(tx, scope, id)
  })
  if (parts.some(({ ended }) => !ended))
    throw new Conflict('The whole file is there once the upload of each organisation has ended.')
  if (parts.some(({ expired }) => expired)) {
    throw new Gone(
      'The rows of this file have been removed, as is done some weeks after its uploads ended. Their counts stay.',
    )
  }
  return parts.filter(isRead)
}

function isRead(part: KeptUpload): part is ReadUpload {
  return part.headings !== null
}

/** So many rows of the file are read at once, or fewer where they are large. */
const ROWS_AT_ONCE = 5_000

type Stretch = { rows: RowOfPart[]; results: Map<string, RowResult> }

async function* file(
  portal: Portal,
  actor: Actor,
  { headings, ...first }: ReadUpload,
  parts: readonly ReadUpload[],
): AsyncGenerator<string> {
  const line = lineOf({ headings, ...first })
  yield BYTE_ORDER_MARK
  yield* above(headings, first.delimiter)
  yield line(headings.words, UPLOAD_FORMAT.resultHeadings)
  let next = headings.row + 1
  yield* inPieces(stretches(portal, actor, headings.row + 1, parts), function* ({ rows, results }) {
    for (const { id, row, cells } of rows) {
      yield* blankLines(row - next)
      next = row + 1
      const result = results.get(keyOf(id, row))
      yield line(cells, result && resultCells(result))
    }
  })
}

async function* stretches(
  portal: Portal,
  actor: Actor,
  start: number,
  parts: readonly ReadUpload[],
): AsyncGenerator<Stretch> {
  const ids = parts.map(({ id }) => id)
  const asNow = rightsOfNow(portal, actor, 'read-uploads', null)
  let wide = ROWS_AT_ONCE
  for (let from = start, last = start; from <= last; ) {
    const { upTo, ...stretch } = await asNow(async (tx, scope, now) => {
      for (const { organisationId } of parts) requirePermission(now, 'read-uploads', organisationId)
      if (from === start) last = await selectLastRow(tx, scope, ids)
      const { rows, upTo } = await selectRowsOfParts(tx, scope, ids, { from, to: from + wide - 1 })
      const results = new Map<string, RowResult>()
      for (const id of new Set(rows.map((row) => row.id)))
        for (const result of await selectRowResults(tx, scope, id, from, upTo))
          results.set(keyOf(id, result.row), result)
      return { rows, results, upTo }
    })
    yield stretch
    // Where rows are large, PostgreSQL isn't to read so many of them again and again.
    wide = Math.min(ROWS_AT_ONCE, (upTo - from + 1) * 2)
    from = upTo + 1
  }
}

function keyOf(id: number, row: number): string {
  return `${id} ${row}`
}
