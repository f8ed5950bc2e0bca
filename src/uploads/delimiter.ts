import { DELIMITERS, recordSplitter } from '../csv/parse.ts'
import { isBlank } from '../csv/records.ts'
import type { UploadFormat } from './columns.ts'
import { countKnown } from './heading-words.ts'

/** As much of a file's start as is searched for the heading row, in UTF-16 units. */
export const START_LENGTH = 64 * 1024

/** Of so many filled rows at the start one may hold the headings: people write titles and remarks above them. */
const MOST_LOOKED_AT = 20

/** How a file separates its cells, and which of its filled rows holds the headings. */
export type Layout = {
  delimiter: string
  quote: '"' | "'"
  /** How many filled rows stand above the headings. */
  above: number
  /** The text without Excel's own first line `sep=;`, which isn't a row. */
  text: string
}

/**
 * The delimiter is the one under which a row near the start has most headings; where none has any, the one that splits
 * the first rows most evenly. Excel's own first line `sep=;` says it.
 * @param start of the file, of which the first 64 Ki are looked at
 */
export function layoutOf(start: string, format: UploadFormat, mostCells?: number): Layout {
  const said = SEP.exec(start)
  const text = withoutSep(start)
  const candidates = said ? [said[1] as string] : DELIMITERS
  let best: { delimiter: string; rows: string[][]; known: number; even: number } | undefined
  for (const delimiter of candidates) {
    const rows = firstRows(text, delimiter, mostCells)
    const known = Math.max(0, ...rows.map((cells) => countKnown(cells, format)))
    const even = evenCells(rows)
    const isBetter =
      best === undefined || known > best.known || (known === 0 && best.known === 0 && even > best.even)
    if (isBetter) best = { delimiter, rows, known, even }
  }
  const { delimiter = ',', rows = [] } = best ?? {}
  const above = headingsAmong(rows, format)
  return { delimiter, quote: quoteOf(rows[above] ?? []), above, text }
}

const SEP = /^"?sep=([,;\t|])"?(?:\r\n|\r|\n)/i

export function withoutSep(start: string): string {
  return start.slice(SEP.exec(start)?.[0].length ?? 0)
}

function firstRows(text: string, delimiter: string, mostCells: number | undefined): string[][] {
  let filled = 0
  const isEnough = (cells: string[]) => !isBlank(cells) && ++filled === MOST_LOOKED_AT
  const start = text.slice(0, START_LENGTH)
  const records = recordSplitter(delimiter, { mostCells, resumes: true }).upTo(start, isEnough, true)
  return records.map(({ cells }) => cells).filter((cells) => !isBlank(cells))
}

/** The cells of the first row, where most have as many: text splits at the wrong delimiter as it happens. */
function evenCells(rows: readonly string[][]): number {
  const cells = rows[0]?.length ?? 0
  const isEven = cells > 1 && rows.filter((row) => row.length === cells).length * 2 > rows.length
  return isEven ? cells : 0
}

/**
 * Which row holds the headings: the first one, where it begins with one of ours; else the one of them with most, two at
 * least; else the first that is filled as far as rows below are, since a title is short.
 */
function headingsAmong(rows: readonly string[][], format: UploadFormat): number {
  const known = rows.map((cells) => countKnown(cells, format))
  const filled = rows.map((cells) => cells.filter((cell) => cell.trim() !== '').length)
  const [first = 0] = known
  if (first > 0 && (first === filled[0] || (filled[0] ?? 0) > 1)) return 0
  const most = Math.max(0, ...known)
  if (most >= FEWEST_HEADINGS) return known.indexOf(most)
  if (first > 0) return 0
  const widest = Math.max(0, ...filled)
  return Math.max(
    0,
    filled.findIndex((cells) => cells * 2 > widest),
  )
}

const FEWEST_HEADINGS = 2

// `'LocalID','JobTitle'`: some programs write apostrophes where others write quote marks.
function quoteOf(headings: readonly string[]): Layout['quote'] {
  const words = headings.map((word) => word.trim()).filter((word) => word !== '')
  return words.length > 0 && words.every((word) => /^'.+'$/.test(word)) ? "'" : '"'
}
