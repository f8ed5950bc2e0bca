import { unescapeFormula } from './formula.ts'
import {
  MalformedCsv,
  nulCharacter,
  recordTooLong,
  textAfterQuote,
  tooManyColumns,
  unclosedQuote,
} from './malformed.ts'

export const DELIMITERS = [',', ';', '\t', '|'] as const

/**
 * One record. `row` is its number as a spreadsheet shows it: the file's first record is 1, blank ones count. `length` is
 * how much of the file it is, in UTF-16 units; `ends`, where that was asked for, how far from its beginning each cell
 * ends, quotes and all.
 */
export type CsvRecord = { row: number; cells: string[]; length: number; ends?: number[] }

/** Longer records (in UTF-16 units) are refused: an unclosed quote would otherwise swallow the rest of the file. */
export const MAX_RECORD_LENGTH = 1024 * 1024

/**
 * The first record that has anything in it, or undefined where `text` has none. One that can't be read is split as if
 * it had no quotes: it is enough to tell its delimiter.
 */
export function firstRecord(
  text: string,
  delimiter: string,
  mostCells = Number.POSITIVE_INFINITY,
): string[] | undefined {
  try {
    return recordSplitter(delimiter, { mostCells }).first(text, true).cells
  } catch (error) {
    if (!(error instanceof MalformedCsv)) throw error
    const [line = ''] = text.trimStart().split(/[\r\n]/, 1)
    return line.split(delimiter, Math.min(mostCells, line.length + 1))
  }
}

/** Whether nothing stands in any cell: such records are rows that a spreadsheet shows empty. */
export function isBlank(cells: readonly string[]): boolean {
  for (const cell of cells) {
    if (cell !== '' && cell.trim() !== '') return false
  }
  return true
}

/**
 * Splits text that arrives in pieces into records. What Excel reads, it reads: any line ends, mixed too, quotes
 * inside an unquoted cell as they stand, blanks around a quoted cell. What could only be read by guessing where a
 * cell ends (text after a closing quote, a quote never closed) is refused, since a wrong guess merges rows.
 * @param options.mostCells of a record: one with more is refused; blank ones at its end aren't counted, and beyond so many
 *   not kept
 * @param options.withEnds whether records tell where their cells end
 */
export function recordSplitter(
  delimiter: string,
  {
    mostCells = Number.POSITIVE_INFINITY,
    mostLength = MAX_RECORD_LENGTH,
    withEnds = false,
  }: { mostCells?: number | undefined; mostLength?: number; withEnds?: boolean } = {},
): {
  push(text: string): CsvRecord[]
  end(): CsvRecord[]
  /**
   * The first record of a text that has anything in it, where there is one: what stands below isn't looked at, and of a
   * million blank ones above none is kept. `length` is how much of the text goes up to its end, or to that of the blank
   * ones.
   */
  first(
    text: string,
    isEnd: boolean,
    isEmpty?: (cells: string[]) => boolean,
  ): { cells: string[] | undefined; length: number }
  lineEnds: Set<'CRLF' | 'LF' | 'CR'>
} {
  const delimiterCode = delimiter.charCodeAt(0)
  const lineEnds = new Set<'CRLF' | 'LF' | 'CR'>()
  let pending = ''
  let row = 0
  let column = 0 // of the cell that is read
  let sawNul = false

  return {
    lineEnds,
    push(text) {
      if (!sawNul) sawNul = text.includes('\0')
      return split(pending + text, false)
    },
    end: () => split(pending, true),
    first(text, isEnd, isEmpty = isBlank) {
      const [record] = split(text.slice(endOfBlankLines(text)), isEnd, (cells) => !isEmpty(cells))
      return { cells: record?.cells, length: text.length - pending.length }
    },
  }

  /** @param isSought makes it look for the first such record alone */
  function split(text: string, isEnd: boolean, isSought?: (cells: string[]) => boolean): CsvRecord[] {
    const records: CsvRecord[] = []
    let start = 0
    while (start < text.length) {
      const cells: string[] = []
      const ends: number[] | undefined = withEnds ? [] : undefined
      const next = readRecord(text, start, cells, isEnd, ends)
      const length = (next < 0 ? text.length : next) - start
      if (length > mostLength) throw recordTooLong(row + 1, next === QUOTE_OPEN ? column : undefined)
      if (next === QUOTE_OPEN && isEnd) throw unclosedQuote(row + 1, column)
      if (next < 0) break
      row++
      if (sawNul) refuseNul(cells)
      for (let at = 0; at < cells.length; at++) cells[at] = unescapeFormula(cells[at] as string)
      start = next
      if (isSought && !isSought(cells)) continue
      records.push(ends ? { row, cells, length, ends } : { row, cells, length })
      if (isSought) break
    }
    pending = text.slice(start)
    return records
  }

  // Lines of nothing but blanks and delimiters are passed over by what is built in, which is a hundred times as fast.
  function endOfBlankLines(text: string): number {
    const filled = text.search(FILLED[delimiter] ?? NOT_BLANK)
    const end = filled < 0 ? text.length : filled
    return Math.max(text.lastIndexOf('\n', end), text.lastIndexOf('\r', end)) + 1
  }

  /** Fills `cells`, and returns where the next record starts, or that the text ends before this one does. */
  function readRecord(
    text: string,
    start: number,
    cells: string[],
    isEnd: boolean,
    ends: number[] | undefined,
  ): number {
    let at = start
    for (column = 1; ; column++) {
      const quote = quoteAfterBlanks(text, at)
      if (quote < 0) {
        const cellStart = at
        at = endOfPlainCell(text, at)
        if (at === text.length && !isEnd) return UNFINISHED
        keep(cells, text.slice(cellStart, at))
      } else {
        const close = closingQuote(text, quote + 1, isEnd)
        if (close < 0) return close
        at = skipBlanks(text, close + 1)
        if (at === text.length && !isEnd) return UNFINISHED
        if (at < text.length && !endsCell(text.charCodeAt(at))) throw textAfterQuote(row + 1, column)
        const inner = text.slice(quote + 1, close)
        keep(cells, inner.includes('"') ? inner.replaceAll('""', '"') : inner)
      }
      ends?.push(at - start)
      if (at === text.length) return at
      const code = text.charCodeAt(at)
      at++
      if (code === delimiterCode) continue
      if (code === LF) lineEnds.add('LF')
      else {
        if (at === text.length && !isEnd) return UNFINISHED // a line feed may follow
        const isCrlf = text.charCodeAt(at) === LF
        lineEnds.add(isCrlf ? 'CRLF' : 'CR')
        if (isCrlf) at++
      }
      return at
    }
  }

  function keep(cells: string[], cell: string): void {
    if (column <= mostCells) cells.push(cell)
    else if (cell !== '' && cell.trim() !== '') throw tooManyColumns(row + 1, column, mostCells)
  }

  // ` "Smith, John"` with blanks before the quote is one cell to a careful person, though two to Excel.
  function quoteAfterBlanks(text: string, at: number): number {
    const quote = skipBlanks(text, at)
    return text.charCodeAt(quote) === QUOTE ? quote : -1
  }

  function skipBlanks(text: string, from: number): number {
    let at = from
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code !== BLANK && (code !== TAB || delimiterCode === TAB)) break
    }
    return at
  }

  function endOfPlainCell(text: string, from: number): number {
    let at = from
    while (at < text.length && !endsCell(text.charCodeAt(at))) at++
    return at
  }

  function endsCell(code: number): boolean {
    return code === delimiterCode || code === LF || code === CR
  }

  function refuseNul(cells: string[]): void {
    const column = cells.findIndex((cell) => cell.includes('\0'))
    if (column >= 0) throw nulCharacter(row, column + 1)
  }
}

const NOT_BLANK = /[^ \t\r\n]/

/** By the delimiter: what a line has that isn't blank. */
const FILLED: Partial<Record<string, RegExp>> = {
  ',': /[^ \t\r\n,]/,
  ';': /[^ \t\r\n;]/,
  '|': /[^ \t\r\n|]/,
}

const UNFINISHED = -1
const QUOTE_OPEN = -2

const QUOTE = 0x22
const LF = 0x0a
const CR = 0x0d
const TAB = 0x09
const BLANK = 0x20

// Where the quoted cell ends, its doubled quotes passed over; a quote at the very end may be half of a pair.
function closingQuote(text: string, from: number, isEnd: boolean): number {
  let at = text.indexOf('"', from)
  while (at >= 0 && text.charCodeAt(at + 1) === QUOTE) at = text.indexOf('"', at + 2)
  if (at < 0) return QUOTE_OPEN
  return at + 1 === text.length && !isEnd ? UNFINISHED : at
}
