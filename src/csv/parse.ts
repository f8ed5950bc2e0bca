import { unescapeFormula } from './formula.ts'
import { lineRecovery } from './line-recovery.ts'
import {
  type Malformed,
  MalformedCsv,
  nulCharacter,
  recordTooLong,
  textAfterQuote,
  tooManyColumns,
  unclosedQuote,
} from './malformed.ts'
import { type CsvRecord, isBlank, type RowsExpected } from './records.ts'

/** The characters that may separate cells. A colon stands in times and addresses too: it is tried last. */
export const DELIMITERS = [',', ';', '\t', '|', ':'] as const

/** Longer records (in UTF-16 units) are refused: an unclosed quote would otherwise swallow the rest of the file. */
export const MAX_RECORD_LENGTH = 1024 * 1024

export type SplitOptions = {
  /** Of a record: one with more is refused; blank ones at its end aren't counted, and beyond so many not kept. */
  mostCells?: number | undefined
  mostLength?: number
  /** What a text counts towards `mostLength`, where that isn't its UTF-16 units: no more than three for each of them. */
  lengthOf?: (text: string) => number
  /** Whether records tell where their cells end. */
  withEnds?: boolean
  /** Whether a line that can't be read is a record with damage, and the reader takes up again below it. */
  resumes?: boolean
  /** What begins and ends a cell that holds delimiters: a double quote mark, or an apostrophe. */
  quote?: '"' | "'"
}

export type RecordSplitter = {
  push(text: string): CsvRecord[]
  end(): CsvRecord[]
  /** Of a text the records up to the first that is enough: what stands below is left for the next call. */
  upTo(text: string, isEnough: (cells: string[]) => boolean, isEnd?: boolean): CsvRecord[]
  /**
   * The first record of a text that has anything in it, below so many others, where there is one: what stands below isn't
   * looked at, and of a million blank ones above none is kept. `length` is how much of the text goes up to its end, or to
   * that of the blank ones.
   */
  first(
    text: string,
    isEnd: boolean,
    isEmpty?: (cells: string[]) => boolean,
    above?: number,
  ): { record: CsvRecord | undefined; length: number }
  /** From here on a line below one that can't be read is read as a row only if it fits. */
  expect(rows: RowsExpected): void
  lineEnds: Set<'CRLF' | 'LF' | 'CR'>
}

/**
 * Splits text that arrives in pieces into records. What Excel reads, it reads: any line ends, mixed too, quotes
 * inside an unquoted cell as they stand, blanks around a quoted cell. What could only be read by guessing where a
 * cell ends (text after a closing quote, a quote never closed) is refused, since a wrong guess merges rows; or, where it
 * `resumes`, costs its own line, and those below it that don't fit the rows expected. Each line is then one row.
 */
export function recordSplitter(
  delimiter: string,
  {
    mostCells = Number.POSITIVE_INFINITY,
    mostLength = MAX_RECORD_LENGTH,
    lengthOf = (text) => text.length,
    withEnds = false,
    resumes = false,
    quote: quoteMark = '"',
  }: SplitOptions = {},
): RecordSplitter {
  const delimiterCode = delimiter.charCodeAt(0)
  const quoteCode = quoteMark.charCodeAt(0)
  const twoQuotes = quoteMark + quoteMark
  const lineEnds = new Set<'CRLF' | 'LF' | 'CR'>()
  let pending = ''
  let row = 0
  let column = 0 // of the cell that is read
  let fault: Malformed | undefined // of the record that is read
  let lastClose = -1 // where its last cell of several lines, or the one at fault, closes
  let bare: number[] | undefined // of its cells hold a quote mark and stand in none
  let nextQuote = -1 // in the text that is split; looked for again once it is passed
  let sawNul = false
  const recovery = resumes ? lineRecovery(delimiter, quoteMark) : undefined

  return {
    lineEnds,
    expect: (rows) => recovery?.expect(rows),
    push(text) {
      if (!sawNul) sawNul = text.includes('\0')
      return split(pending + text, false)
    },
    end: () => split(pending, true),
    upTo(text, isEnough, isEnd = false) {
      if (!sawNul) sawNul = text.includes('\0')
      return split(pending + text, isEnd, isEnough)
    },
    first(text, isEnd, isEmpty = isBlank, above = 0) {
      let filled = 0
      const isSought = (cells: string[]) => !isEmpty(cells) && ++filled > above
      const rest = above === 0 ? text.slice(endOfBlankLines(text)) : text
      const [record] = split(rest, isEnd, isSought, true)
      return { record, length: record || above === 0 ? text.length - pending.length : 0 }
    },
  }

  /** @param isSought makes it end with the first such record, and keep that one alone where it `isAlone` */
  function split(
    text: string,
    isEnd: boolean,
    isSought?: (cells: string[]) => boolean,
    isAlone = false,
  ): CsvRecord[] {
    const records: CsvRecord[] = []
    let start = 0
    nextQuote = -1
    while (start < text.length) {
      const record = nextRecord(text, start, isEnd)
      if (record === undefined) break
      row++
      for (let at = 0; at < record.cells.length; at++)
        record.cells[at] = unescapeFormula(record.cells[at] as string)
      start += record.length
      const isFound = isSought?.(record.cells) ?? false
      if (!isAlone || isFound) records.push(record)
      if (isFound) break
    }
    recovery?.leave(start)
    pending = text.slice(start)
    return records
  }

  // Lines of nothing but blanks and delimiters are passed over by what is built in, which is a hundred times as fast.
  function endOfBlankLines(text: string): number {
    const filled = text.search(FILLED[delimiter] ?? NOT_BLANK)
    const end = filled < 0 ? text.length : filled
    return Math.max(text.lastIndexOf('\n', end), text.lastIndexOf('\r', end)) + 1
  }

  /** Undefined where the text ends before the record does. */
  function nextRecord(text: string, start: number, isEnd: boolean): CsvRecord | undefined {
    const cells: string[] = []
    const ends: number[] | undefined = withEnds ? [] : undefined
    fault = undefined
    lastClose = -1
    bare = undefined
    const next = readRecord(text, start, cells, isEnd, ends)
    const end = next < 0 ? text.length : next
    if (isTooLong(text, start, end))
      fault ??= recordTooLong(row + 1, next === QUOTE_OPEN ? column : undefined)
    else if (next === QUOTE_OPEN && isEnd) fault ??= unclosedQuote(row + 1, column)
    if (!fault && next < 0) return undefined
    if (!fault && sawNul) fault = nulAmong(cells)
    fault ??= recovery?.faultOf({ text, start, end, cells, row: row + 1, lastClose })
    if (!fault) {
      const record: CsvRecord = { row: row + 1, cells, length: end - start }
      if (ends) record.ends = ends
      if (bare) record.bare = bare
      return record
    }
    const line = recovery?.lineAt(text, start, isEnd)
    if (recovery && !line && !isTooLong(text, start, text.length)) return undefined
    if (!recovery || !line || isTooLong(text, start, start + line.length)) throw new MalformedCsv(fault)
    if (line.end) lineEnds.add(line.end)
    recovery.begin(text, lastClose, start + line.length)
    return { row: row + 1, cells: line.cells(mostCells), length: line.length, damage: fault }
  }

  function isTooLong(text: string, start: number, end: number): boolean {
    if (end - start > mostLength) return true
    return (end - start) * 3 > mostLength && lengthOf(text.slice(start, end)) > mostLength
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
        if (hasQuote(text, cellStart, at)) bare = [...(bare ?? []), column - 1]
        keep(cells, text.slice(cellStart, at))
      } else {
        const close = closingQuote(text, quote + 1, isEnd)
        if (close < 0) return close
        at = skipBlanks(text, close + 1)
        if (at === text.length && !isEnd) return UNFINISHED
        if (at < text.length && !endsCell(text.charCodeAt(at))) {
          fault = textAfterQuote(row + 1, column)
          lastClose = close
          return at
        }
        const inner = text.slice(quote + 1, close)
        if (inner.includes('\n') || inner.includes('\r')) lastClose = close
        keep(cells, inner.includes(quoteMark) ? inner.replaceAll(twoQuotes, quoteMark) : inner)
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
    else if (cell !== '' && cell.trim() !== '') fault ??= tooManyColumns(row + 1, column, mostCells)
  }

  // Each stretch of text is searched once, however many cells it is.
  function hasQuote(text: string, from: number, to: number): boolean {
    if (nextQuote < from) {
      const found = text.indexOf(quoteMark, from)
      nextQuote = found < 0 ? text.length : found
    }
    return nextQuote < to
  }

  // ` "Smith, John"` with blanks before the quote is one cell to a careful person, though two to Excel.
  function quoteAfterBlanks(text: string, at: number): number {
    const quote = skipBlanks(text, at)
    return text.charCodeAt(quote) === quoteCode ? quote : -1
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

  // Where the quoted cell ends, its doubled quotes passed over; a quote at the very end may be half of a pair.
  function closingQuote(text: string, from: number, isEnd: boolean): number {
    let at = text.indexOf(quoteMark, from)
    while (at >= 0 && text.charCodeAt(at + 1) === quoteCode) at = text.indexOf(quoteMark, at + 2)
    if (at < 0) return QUOTE_OPEN
    return at + 1 === text.length && !isEnd ? UNFINISHED : at
  }

  function nulAmong(cells: string[]): Malformed | undefined {
    const at = cells.findIndex((cell) => cell.includes('\0'))
    return at < 0 ? undefined : nulCharacter(row + 1, at + 1)
  }
}

const NOT_BLANK = /[^ \t\r\n]/

/** By the delimiter: what a line has that isn't blank. */
const FILLED: Partial<Record<string, RegExp>> = {
  ',': /[^ \t\r\n,]/,
  ';': /[^ \t\r\n;]/,
  '|': /[^ \t\r\n|]/,
  ':': /[^ \t\r\n:]/,
}

const UNFINISHED = -1
const QUOTE_OPEN = -2

const LF = 0x0a
const CR = 0x0d
const TAB = 0x09
const BLANK = 0x20
