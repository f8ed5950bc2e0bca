import { escapeFormula } from './formula.ts'

/** Stands at the start of every file we write: without it Excel takes UTF-8 for the machine's own encoding. */
export const BYTE_ORDER_MARK = '\uFEFF'

// Every delimiter that some spreadsheet splits at is quoted, whichever one the file uses: most then leave the cell whole.
const NEEDS_QUOTES = /[",;\t|\r\n]|^\s|\s$/

/**
 * One record as a line of CSV (RFC 4180, ended by CRLF), safe to open in a spreadsheet and safe to send back:
 * what would run as a formula is neutralised, and reading undoes it.
 */
export function csvLine(cells: readonly string[], delimiter = ','): string {
  return `${csvCells(cells, delimiter)}\r\n`
}

/**
 * The same as the beginning of a line, with empty cells up to `width`.
 * @returns without the delimiter after it
 */
export function csvCells(cells: readonly string[], delimiter: string, width = 0): string {
  let line = ''
  for (let at = 0; at < cells.length; at++) {
    if (at > 0) line += delimiter
    line += csvCell(cells[at] as string, delimiter)
  }
  return line + delimiter.repeat(Math.max(0, width - Math.max(1, cells.length)))
}

/** Several records, one after the other. The first lines of a file want `BYTE_ORDER_MARK` before them. */
export function csvLines(rows: Iterable<readonly string[]>, delimiter = ','): string {
  let lines = ''
  for (const cells of rows) lines += csvLine(cells, delimiter)
  return lines
}

/** One record as it is, for a program that runs no formulas. */
export function plainLine(cells: readonly string[], delimiter = ','): string {
  return `${cells.map((cell) => quoted(cell, delimiter)).join(delimiter)}\r\n`
}

function csvCell(cell: string, delimiter: string): string {
  return quoted(escapeFormula(cell), delimiter)
}

function quoted(cell: string, delimiter: string): string {
  if (!NEEDS_QUOTES.test(cell) && !cell.includes(delimiter)) return cell
  return `"${cell.replaceAll('"', '""')}"`
}
