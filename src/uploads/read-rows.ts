import { decodeText, type Encoding } from '../csv/encoding.ts'
import { MalformedCsv } from '../csv/malformed.ts'
import { type CsvRecord, DELIMITERS, firstRecord, isBlank, recordSplitter } from '../csv/parse.ts'
import { UPLOAD_FORMAT, type UploadFormat } from './columns.ts'
import { countKnown, type Headings, noHeadingRow, readHeadings, requireHeadings } from './headings.ts'
import { FileRejected } from './rejected.ts'
import { clearPasswords, FITTING, type RowShape, shapeOf } from './row-shape.ts'
import type { Assumptions, Mode } from './upload.ts'

/** One row of an upload below its headings. `cells` are as read, but for passwords, which are empty. */
export type UploadedRow = {
  row: number
  cells: string[]
  /** Nothing stands in it: kept for the results file, otherwise skipped. */
  isBlank: boolean
  /** With damage its cells can't be told apart for certain, so none is to be trusted. */
  shape: RowShape
}

export type ReadOptions = {
  encoding: Encoding
  mode: Mode
  mobileRequired: boolean
  /** Of filled rows; without it there is no limit. */
  maxRows?: number | undefined
  format?: UploadFormat
}

export type RowReader = {
  headings: Headings
  delimiter: string
  /** In batches as the bytes arrive, blank rows included. Can be read once. */
  rows: AsyncGenerator<UploadedRow[]>
  /** What was taken for granted; whole once `rows` has ended. */
  assumptions(): Assumptions
}

/** As much of the file's start as is searched for the heading row, in UTF-16 units. */
const START_LENGTH = 64 * 1024

/**
 * The bytes of an upload as headings and rows.
 * @throws FileRejected here and while `rows` is read, when the file can't be used
 */
export async function readRows(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { encoding, mode, mobileRequired, maxRows, format = UPLOAD_FORMAT }: ReadOptions,
): Promise<RowReader> {
  const pieces = decodeText(bytes, encoding)
  const start = await startOf(pieces)
  const { delimiter, text } = delimiterOf(start, format)
  const splitter = recordSplitter(delimiter)
  const batches = inBatches(text, pieces, splitter, encoding)
  const { record, rest } = await headingRecord(batches, format)
  const headings = readHeadings(record.cells, record.row, format)
  requireHeadings(headings, format, { mode, mobileRequired })
  const filledNameless = new Set<number>()
  return {
    headings,
    delimiter,
    rows: rowsBelow(headings, { delimiter, format, filledNameless }, rest, batches, maxRows),
    assumptions: () => assumptionsOf(headings, filledNameless, [...splitter.lineEnds]),
  }
}

async function startOf(pieces: AsyncGenerator<string>): Promise<string> {
  let start = ''
  while (start.length < START_LENGTH) {
    const { value, done } = await pieces.next()
    if (done) break
    start += value
  }
  return start
}

// The delimiter is the one that finds most headings. Excel's own first line `sep=;` says it, and isn't a row.
function delimiterOf(start: string, format: UploadFormat): { delimiter: string; text: string } {
  const said = /^"?sep=([,;\t|])"?(?:\r\n|\r|\n)/i.exec(start)
  if (said) return { delimiter: said[1] as string, text: start.slice(said[0].length) }
  let best: { delimiter: string; known: number } = { delimiter: DELIMITERS[0], known: 0 }
  for (const delimiter of DELIMITERS) {
    const known = countKnown(firstRecord(start, delimiter) ?? [], format)
    if (known > best.known) best = { delimiter, known }
  }
  return { delimiter: best.delimiter, text: start }
}

async function* inBatches(
  start: string,
  pieces: AsyncGenerator<string>,
  splitter: ReturnType<typeof recordSplitter>,
  encoding: Encoding,
): AsyncGenerator<CsvRecord[]> {
  // Half a surrogate pair is no text and no database keeps it: as U+FFFD it is reported with its cell.
  const maySplitPairs = encoding.startsWith('utf-16')
  try {
    yield wellFormed(splitter.push(start))
    for await (const piece of pieces) yield wellFormed(splitter.push(piece))
    yield wellFormed(splitter.end())
  } catch (error) {
    if (error instanceof MalformedCsv) throw new FileRejected(error.code, error.message, error.row)
    throw error
  }

  function wellFormed(records: CsvRecord[]): CsvRecord[] {
    if (!maySplitPairs) return records
    return records.map(({ row, cells }) => ({ row, cells: cells.map((cell) => cell.toWellFormed()) }))
  }
}

async function headingRecord(
  batches: AsyncGenerator<CsvRecord[]>,
  format: UploadFormat,
): Promise<{ record: CsvRecord; rest: CsvRecord[] }> {
  for (;;) {
    const { value, done } = await batches.next()
    if (done) throw noHeadingRow(format)
    const at = value.findIndex((record) => !isBlank(record.cells))
    if (at >= 0) return { record: value[at] as CsvRecord, rest: value.slice(at + 1) }
  }
}

async function* rowsBelow(
  headings: Headings,
  {
    delimiter,
    format,
    filledNameless,
  }: { delimiter: string; format: UploadFormat; filledNameless: Set<number> },
  rest: CsvRecord[],
  batches: AsyncGenerator<CsvRecord[]>,
  maxRows = Number.POSITIVE_INFINITY,
): AsyncGenerator<UploadedRow[]> {
  const nameless = [...namelessAtEnd(headings)]
  let filled = 0
  let above: CsvRecord[] = []
  // Two rows are held back: how many cells stand below a row says what its own number means.
  let held = rest
  for await (const batch of batches) {
    const records = held.concat(batch)
    held = records.splice(-2)
    if (records.length > 0) yield toRows(records, held)
  }
  if (held.length > 0) yield toRows(held, [])
  if (filled === 0) {
    throw new FileRejected(
      'no-rows',
      'The file has headings but no rows below them. Add the rows, and send it again.',
    )
  }

  function toRows(records: CsvRecord[], below: CsvRecord[]): UploadedRow[] {
    const around = [...above, ...records, ...below]
    const first = above.length
    const isTop = first === 0
    above = around.slice(0, first + records.length).slice(-2)
    return records.map(({ row, cells }, at) => {
      if (isBlank(cells)) return { row, cells, isBlank: true, shape: FITTING }
      if (++filled > maxRows) throw tooManyRows(maxRows)
      const fits = cells.length === headings.words.length
      const place = isTop && at === 0 ? 'first' : fits || isInRun(around, first + at) ? 'among' : 'alone'
      const shape = shapeOf(cells, headings, { delimiter, format, place })
      if (headings.passwords.length > 0) clearPasswords(cells, headings, shape.damage)
      for (const column of nameless) if (cells[column]?.trim()) filledNameless.add(column)
      return { row, cells, isBlank: false, shape }
    })
  }
}

/** Whether three rows one below the other, this one among them, have as many cells. */
function isInRun(records: readonly CsvRecord[], at: number): boolean {
  const same = (by: number) => records[at + by]?.cells.length === records[at]?.cells.length
  return (same(-1) && (same(-2) || same(1))) || (same(1) && same(2))
}

/** Spreadsheets leave empty columns at the end, which nobody has to be told of. */
function namelessAtEnd({ words }: Headings): Set<number> {
  const lastNamed = words.findLastIndex((word) => word.trim() !== '')
  return new Set([...words.keys()].filter((at) => at > lastNamed))
}

function tooManyRows(maxRows: number): FileRejected {
  const most = maxRows.toLocaleString('en-GB')
  return new FileRejected(
    'too-many-rows',
    `The file has more than ${most} rows, the most that one file may have here. Split it and send the parts.`,
  )
}

function assumptionsOf(headings: Headings, filledNameless: Set<number>, lineEnds: string[]): Assumptions {
  const nameless = namelessAtEnd(headings)
  return {
    columns: headings.columns.map(({ word, column }) => ({ heading: word, field: column.name })),
    ignored: headings.ignored
      .filter((at) => !nameless.has(at) || filledNameless.has(at))
      .map((at) => headings.words[at]?.trim() || `column ${at + 1}, without a heading`),
    passwordIgnored: headings.passwords.length > 0,
    lineEnds: lineEnds.length > 1 ? 'mixed' : (lineEnds[0] ?? 'none'),
  }
}
