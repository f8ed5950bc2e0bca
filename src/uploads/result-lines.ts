import type { ChangeAction } from '../changes/change.ts'
import type { Problem } from '../changes/problem.ts'
import { csvCells, csvLine } from '../csv/write.ts'
import { labelOf } from '../directory/fields.ts'
import { PIECE_LENGTH } from '../results/csv-file.ts'
import { notReached, resultWord } from '../results/result-words.ts'
import type { KeptUpload, RowResult } from './find-results.ts'
import type { KeptHeadings } from './store.ts'

/** An upload whose file was read to its end. */
export type ReadUpload = KeptUpload & { headings: KeptHeadings }

/** Writes a row of the file under its own headings, with what is added to it; a blank one stays as it was. */
export function lineOf({ headings, delimiter }: ReadUpload) {
  // Our own columns, from a results file that was sent back, are replaced and not repeated.
  const ours = new Set(headings.results)
  const own = (cells: string[]) => (ours.size === 0 ? cells : cells.filter((_, at) => !ours.has(at)))
  const width = own(headings.words).length
  return (cells: string[], more: readonly string[] | undefined): string =>
    more
      ? csvCells(fitted(own(cells), width, delimiter), delimiter, width) +
        delimiter +
        csvLine(more, delimiter)
      : csvLine(own(cells), delimiter)
}

/** Cells that are too many stand together in the last one, so that what is added stands under its headings. */
function fitted(cells: string[], width: number, delimiter: string): string[] {
  if (cells.length <= width || width === 0) return cells
  return [...cells.slice(0, width - 1), cells.slice(width - 1).join(delimiter)]
}

/** What stands above the headings, blank lines too. */
export function* above({ row, above: filled = [] }: KeptHeadings, delimiter: string): Generator<string> {
  let at = 1
  for (const one of [...filled, { row, cells: undefined }]) {
    yield* blankLines(one.row - at)
    if (one.cells) yield csvLine(one.cells, delimiter)
    at = one.row + 1
  }
}

/** So many blank lines, in pieces. */
export function* blankLines(count: number): Generator<string> {
  for (let left = count; left > 0; left -= BLANK_AT_ONCE) yield '\r\n'.repeat(Math.min(left, BLANK_AT_ONCE))
}

const BLANK_AT_ONCE = PIECE_LENGTH / 2

/** The cells under the result headings. */
export function resultCells(row: RowResult): string[] {
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

/** What is wrong with a row, in words. */
export function problemText(row: RowResult): string {
  if (row.detail !== null) return row.detail
  return messages(row.problems).join(' ')
}

function messages(problems: readonly Problem[]): string[] {
  return problems.map(({ column, message }) => (column === null ? message : `${column}: ${message}`))
}
