import { count, number } from '../words.ts'
import type { UploadFormat } from './columns.ts'
import { didYouMean, type Headings, nearMisses } from './headings.ts'
import type { FileWarning } from './upload.ts'

/** How many rows there are, and how many of them have as many cells as there are headings with a word. */
export type RowLengths = { filled: number; asNamed: number }

/** What a person should know of how the file was read, before they look at its rows. */
export function fileNotes(
  headings: Headings,
  format: UploadFormat,
  above: readonly { row: number }[],
  lengths: RowLengths,
): FileWarning[] {
  return [
    ...rowsAbove(headings, above.length),
    ...emptyHeading(headings, lengths),
    ...nearMisses(headings, format).map((miss) => ({
      code: 'unread-column',
      message: didYouMean(miss),
      count: 1,
    })),
  ]
}

function rowsAbove({ row }: Headings, rows: number): FileWarning[] {
  if (rows === 0) return []
  const message = `The headings were found in row ${number(row)}. ${count(rows, 'row')} above ${rows === 1 ? 'was' : 'were'} passed over.`
  return [{ code: 'rows-above-headings', message, count: rows }]
}

// `LocalID,JobTitle,,Department` over rows of three cells: the heading of nothing has pushed the others to the right.
function emptyHeading({ words, named }: Headings, { filled, asNamed }: RowLengths): FileWarning[] {
  const empty = words.slice(0, named).findIndex((word) => word.trim() === '')
  if (empty < 0 || asNamed * 2 <= filled) return []
  const message = `Column ${number(empty + 1)} has no heading, and ${count(asNamed, 'row has', 'rows have')} fewer cells than there are headings: right of it the cells probably stand under the wrong ones. Remove the empty heading, or put the empty cells in, and send the file again.`
  return [{ code: 'empty-heading', message, count: asNamed }]
}

/** How many cells a row has where it has none under the headings that are empty in the middle. */
export function namedLength({ words, named }: Headings): number {
  return words.slice(0, named).filter((word) => word.trim() !== '').length
}
