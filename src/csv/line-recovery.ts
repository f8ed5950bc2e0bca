import { type Malformed, strayQuote, swallowedRows, unlikeRows } from './malformed.ts'
import { isBlank, type RowsExpected } from './records.ts'

/** A line as it stands, whatever the quotes in it mean. */
type Line = {
  length: number
  end: 'CRLF' | 'LF' | 'CR' | undefined
  /** Split as if it had no quotes; the last of so many cells holds all that follows. */
  cells(most: number): string[]
}

/** A record as it was read, between two places in the text. */
type Candidate = {
  text: string
  start: number
  end: number
  cells: string[]
  row: number
  /** Where the last of its cells with line breaks closes; -1 where it has none. */
  lastClose: number
}

/**
 * Taking up again behind a line that can't be read. A record that can be read is one all the same where a quote mark has
 * made it of several rows, where it holds the other half of such a quote mark, or where it stands below one that can't
 * and doesn't fit the rows that are expected.
 */
export function lineRecovery(delimiter: string, quote: string) {
  let expected: RowsExpected | undefined
  let usual = 0 // cells of the last record that fitted
  let isLost = false
  let strayAt = -1

  return {
    expect(rows: RowsExpected): void {
      expected = rows
      usual = rows.cells
    },

    /** Why a record that can be read isn't taken for a row. */
    faultOf(record: Candidate): Malformed | undefined {
      const { text, start, end, cells, row, lastClose } = record
      if (expected && lastClose >= 0 && expected.holdsRows(text.slice(start, end))) return swallowedRows(row)
      if (strayAt >= start && strayAt < end) return strayQuote(row)
      if (isLost && !isBlank(cells)) {
        if (expected && cells.length !== expected.cells && cells.length !== usual)
          return unlikeRows(row, cells.length, expected.cells)
        if (hasOddQuotes(text, start, end)) return strayQuote(row)
        isLost = false
      }
      if (cells.length > 1) usual = cells.length
      return undefined
    },

    /** The line that begins at a place; undefined where its end isn't there yet. */
    lineAt(text: string, start: number, isEnd: boolean): Line | undefined {
      let at = start
      while (at < text.length && text.charCodeAt(at) !== LF && text.charCodeAt(at) !== CR) at++
      const code = text.charCodeAt(at)
      if (at + (code === LF ? 0 : 1) >= text.length && !isEnd) return undefined // a line feed may follow
      const isCrlf = code === CR && text.charCodeAt(at + 1) === LF
      const end = at === text.length ? undefined : isCrlf ? 'CRLF' : code === LF ? 'LF' : 'CR'
      const next = Math.min(text.length, at + (isCrlf ? 2 : 1))
      return { length: next - start, end, cells: (most) => cellsOf(text.slice(start, at), most) }
    },

    /** A line that can't be read ends at a place; what closed its last cell may stand further down. */
    begin(text: string, lastClose: number, lineEnd: number): void {
      isLost = true
      strayAt = lastClose >= lineEnd && !opensCell(text, lastClose) ? lastClose : -1
    },

    /** So much of the text is done with. */
    leave(done: number): void {
      strayAt = Math.max(-1, strayAt - done)
    },
  }

  function cellsOf(line: string, most: number): string[] {
    const cells = line.replaceAll('\0', '\ufffd').split(delimiter)
    return cells.length <= most ? cells : [...cells.slice(0, most - 1), cells.slice(most - 1).join(delimiter)]
  }

  function hasOddQuotes(text: string, start: number, end: number): boolean {
    return (text.slice(start, end).split(quote).length - 1) % 2 === 1
  }

  function opensCell(text: string, at: number): boolean {
    let before = at - 1
    while (before >= 0 && text[before] === ' ') before--
    return before < 0 || text[before] === delimiter || /[\r\n]/.test(text[before] as string)
  }
}

const LF = 0x0a
const CR = 0x0d
