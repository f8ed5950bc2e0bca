import type { Headings } from './headings.ts'

/** The cell in which rows of the file seem to stand. Sure where whole rows do; else it may be text by chance. */
export type Swallowing = { at: number; isSure: boolean }

/** With fewer headings, and no password at stake, any text of several lines would look like rows. */
const FEWEST_HEADINGS = 4

/** Finds a cell that was opened by a quote which belonged to no pair, so that rows of the file stand in it. */
export function swallowingCell(
  cells: readonly string[],
  { words, passwords }: Headings,
  delimiter: string,
): Swallowing | undefined {
  const isWide = words.length >= FEWEST_HEADINGS
  if (!isWide && (passwords.length === 0 || words.length < 2)) return undefined
  let found: Swallowing | undefined
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at] as string
    if (cell.length < words.length - 1) continue
    if (!cell.includes('\n') && !cell.includes('\r')) continue
    if (isWide && hasSwallowedRows(cell, words.length, delimiter)) return { at, isSure: true }
    if (!found && isLikeRows(cell, words.length, delimiter)) found = { at, isSure: false }
  }
  return found
}

// Whole rows, judged by their delimiters.
function hasSwallowedRows(cell: string, headingCount: number, delimiter: string): boolean {
  return cell.split(/[\r\n]+/).some((line, at) => at > 0 && line.split(delimiter).length >= headingCount - 1)
}

// From a column to the same column of a later row, parts of two rows: the row then has as many cells as the others.
function isLikeRows(cell: string, headingCount: number, delimiter: string): boolean {
  const lineEnds = cell.split(/\r\n|\r|\n/).length - 1
  return cell.split(delimiter).length - 1 === lineEnds * (headingCount - 1)
}
