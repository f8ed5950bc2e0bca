import type { Mode } from '../changes/plan/wanted.ts'
import { decodeText, type Encoding } from '../csv/encoding.ts'
import { MalformedCsv } from '../csv/malformed.ts'
import { type CsvRecord, isBlank, recordSplitter } from '../csv/parse.ts'
import { yielder } from '../flow/yielding.ts'
import { number } from '../words.ts'
import { UPLOAD_FORMAT, type UploadFormat } from './columns.ts'
import { delimiterOf, START_LENGTH } from './delimiter.ts'
import { inColumns, withoutEmptyColumns } from './empty-columns.ts'
import { type Headings, nameOf, nearMisses, noHeadingRow, readHeadings, requireHeadings } from './headings.ts'
import { FileRejected } from './rejected.ts'
import { clearPasswords, FITTING, type RowShape, shapeOf } from './row-shape.ts'
import type { Assumptions } from './upload.ts'

/** One row of an upload below its headings. `cells` are as read, but for passwords, which are empty. */
export type UploadedRow = {
  row: number
  cells: string[]
  /** How much of the file it is, in UTF-16 units: the work that it makes. */
  length: number
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
  /** And of a row's cells; blank ones at its end aren't counted. */
  maxColumns?: number | undefined
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

/**
 * The bytes of an upload as headings and rows.
 * @throws FileRejected here and while `rows` is read, when the file can't be used
 */
export async function readRows(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { encoding, mode, mobileRequired, maxRows, maxColumns, format = UPLOAD_FORMAT }: ReadOptions,
): Promise<RowReader> {
  const pieces = decodeText(bytes, encoding)
  const start = await startOf(pieces)
  const { delimiter, text } = delimiterOf(start, format, maxColumns)
  const splitter = recordSplitter(delimiter, { mostCells: maxColumns })
  const batches = inBatches(text, pieces, splitter, encoding)
  const { record, rest } = await headingRecord(batches, format)
  const words = withoutEmptyColumns(record.cells)
  const headings = readHeadings(words, record.row, format)
  requireHeadings(headings, format, { mode, mobileRequired })
  const below = after(rest, batches)
  const records = words.length < record.cells.length ? inColumns(below, words.length) : below
  const filledNameless = new Set<number>()
  return {
    headings,
    delimiter,
    rows: rowsBelow(headings, { delimiter, format, filledNameless }, records, maxRows),
    assumptions: () => assumptionsOf(headings, format, filledNameless, [...splitter.lineEnds]),
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

async function* inBatches(
  start: string,
  pieces: AsyncGenerator<string>,
  splitter: ReturnType<typeof recordSplitter>,
  encoding: Encoding,
): AsyncGenerator<CsvRecord[]> {
  // Half a surrogate pair is no text and no database keeps it: as U+FFFD it is reported with its cell.
  const maySplitPairs = encoding.startsWith('utf-16')
  const breath = yielder()
  try {
    yield wellFormed(splitter.push(start))
    for await (const piece of pieces) {
      await breath()
      yield wellFormed(splitter.push(piece))
    }
    yield wellFormed(splitter.end())
  } catch (error) {
    if (error instanceof MalformedCsv) throw new FileRejected(error.code, error.message, error.row)
    throw error
  }

  function wellFormed(records: CsvRecord[]): CsvRecord[] {
    if (!maySplitPairs) return records
    return records.map((record) => ({ ...record, cells: record.cells.map((cell) => cell.toWellFormed()) }))
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

async function* after(rest: CsvRecord[], batches: AsyncGenerator<CsvRecord[]>): AsyncGenerator<CsvRecord[]> {
  yield rest
  yield* batches
}

async function* rowsBelow(
  headings: Headings,
  {
    delimiter,
    format,
    filledNameless,
  }: { delimiter: string; format: UploadFormat; filledNameless: Set<number> },
  batches: AsyncGenerator<CsvRecord[]>,
  maxRows = Number.POSITIVE_INFINITY,
): AsyncGenerator<UploadedRow[]> {
  let filled = 0
  let lacking = 0
  let length = 0
  let above: CsvRecord[] = []
  // Two rows are held back: how many cells stand below a row says what its own number means.
  let held: CsvRecord[] = []
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
    return records.map((record, at) => {
      const { cells } = record
      if (isBlank(cells)) return { ...record, isBlank: true, shape: FITTING }
      if (++filled > maxRows) throw tooManyRows(maxRows)
      refuseHollow(record)
      const fits = cells.length === headings.words.length
      const place = isTop && at === 0 ? 'first' : fits || isInRun(around, first + at) ? 'among' : 'alone'
      const shape = shapeOf(cells, headings, { delimiter, format, place })
      if (headings.passwords.length > 0) clearPasswords(cells, headings, shape.damage)
      noteNameless(cells)
      return { ...record, isBlank: false, shape }
    })
  }

  // Each cell that a row lacks is one in the results file, so that it would be out of all proportion.
  function refuseHollow(record: CsvRecord): void {
    lacking += Math.max(0, headings.words.length - record.cells.length)
    length += record.length
    if (lacking > MOST_LACKING && lacking > MOST_LACKING_TIMES * length) throw tooHollow(headings)
  }

  function noteNameless(cells: readonly string[]): void {
    const end = Math.min(cells.length, headings.words.length)
    for (let at = headings.named; at < end; at++) if (cells[at]?.trim()) filledNameless.add(at)
  }
}

/** Whether three rows one below the other, this one among them, have as many cells. */
function isInRun(records: readonly CsvRecord[], at: number): boolean {
  const same = (by: number) => records[at + by]?.cells.length === records[at]?.cells.length
  return (same(-1) && (same(-2) || same(1))) || (same(1) && same(2))
}

function tooManyRows(maxRows: number): FileRejected {
  return new FileRejected(
    'too-many-rows',
    `The file has more than ${number(maxRows)} rows, the most that one file may have here. Split it and send the parts.`,
  )
}

/** Cells that the rows may lack beside their headings, and that for each character they have: two make a row. */
const MOST_LACKING = 5_000_000
const MOST_LACKING_TIMES = 32

function tooHollow({ words }: Headings): FileRejected {
  return new FileRejected(
    'rows-too-short',
    `The file has ${words.length} columns, and its rows have hardly a cell under them. Remove the columns that no row fills, and send it again.`,
  )
}

const MOST_IGNORED_NAMED = 50

function assumptionsOf(
  headings: Headings,
  format: UploadFormat,
  filledNameless: Set<number>,
  lineEnds: string[],
): Assumptions {
  // Nobody has to be told of the empty columns that spreadsheets leave at the end.
  const ignored = headings.ignored.filter((at) => at < headings.named || filledNameless.has(at))
  const named = ignored.slice(0, MOST_IGNORED_NAMED)
  return {
    columns: headings.columns.map(({ word, column }) => ({ heading: word, field: column.name })),
    ignored: [
      ...named.map((at) => nameOf(headings, at) || `column ${at + 1}, without a heading`),
      ...(named.length < ignored.length ? [`${ignored.length - named.length} more`] : []),
    ],
    nearest: nearMisses(headings, format),
    passwordIgnored: headings.passwords.length > 0,
    lineEnds: lineEnds.length > 1 ? 'mixed' : (lineEnds[0] ?? 'none'),
  }
}
