import type { Malformed } from './malformed.ts'

/**
 * One record. `row` is its number as a spreadsheet shows it: the file's first record is 1, blank ones count. `length` is
 * how much of the file it is, in UTF-16 units; `ends`, where that was asked for, how far from its beginning each cell
 * ends, quotes and all; `bare`, which cells hold a quote mark without standing in quotes. With `damage` it is a line that can't be read as CSV, split as if it had no quotes.
 */
export type CsvRecord = {
  row: number
  cells: string[]
  length: number
  ends?: number[]
  bare?: number[]
  damage?: Malformed
}

/** What the rows of a file have in common, by which the reader knows a line that it can take up again at. */
export type RowsExpected = {
  /** How many cells a row has: as many as its headings, but for what a spreadsheet has left out in many rows. */
  cells: number
  /** Whether a record of several lines is several rows, of which a quote mark has made one. */
  holdsRows(record: string): boolean
}

/** Whether nothing stands in any cell: such records are rows that a spreadsheet shows empty. */
export function isBlank(cells: readonly string[]): boolean {
  for (const cell of cells) {
    if (cell !== '' && cell.trim() !== '') return false
  }
  return true
}
