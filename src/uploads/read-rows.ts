import type { Mode } from '../changes/plan/wanted.ts'
import type { Encoding } from '../csv/encoding.ts'
import type { Malformed } from '../csv/malformed.ts'
import { DELIMITERS } from '../csv/parse.ts'
import { type CsvRecord, isBlank } from '../csv/records.ts'
import { shorten } from '../directory/fault.ts'
import { number } from '../words.ts'
import { type ColumnName, UPLOAD_FORMAT, type UploadFormat } from './columns.ts'
import { inColumns, withoutEmptyColumns } from './empty-columns.ts'
import { fileNotes, namedLength, type RowLengths } from './file-notes.ts'
import { countKnown } from './heading-words.ts'
import { type Headings, nameOf, nearMisses, readHeadings, requireHeadings, sortHeadings } from './headings.ts'
import { openFile, rejectedBy } from './open-file.ts'
import { FileRejected } from './rejected.ts'
import { brokenLine, clearPasswords, FITTING, type Place, type RowShape, shapeOf } from './row-shape.ts'
import { holdsRows } from './swallowed-rows.ts'
import type { Assumptions, FileWarning } from './upload.ts'

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
  /** What was said of headings such as these, once they are known. */
  meaningsOf?: (words: readonly string[]) => Promise<ReadonlyMap<string, ColumnName | null> | undefined>
}

/** What is known of a file besides its rows: whole once they are read. */
export type KeptHead = {
  /** The heading row, and where it stands. */
  words: string[]
  row: number
  /** The filled rows above the headings, which were passed over. */
  above: { row: number; cells: string[] }[]
  delimiter: string
  /** The columns without a heading in which something stands. */
  nameless: number[]
  lineEnds: string[]
  lengths: RowLengths
}

export type RowReader = {
  headings: Headings
  head(): KeptHead
  /** In batches as the bytes arrive, blank rows included. Can be read once. */
  rows: AsyncGenerator<UploadedRow[]>
  /** What was taken for granted; whole once `rows` has ended. */
  assumptions(): Assumptions
  /** What to look at in the file as a whole, likewise. */
  notes(): FileWarning[]
  /** Whether passwords stand in the bytes, likewise: in what encoding a file is may show only at its end. */
  holdsSecrets(): boolean
}

/**
 * The bytes of an upload as headings and rows.
 * @throws FileRejected here and while `rows` is read, when the file can't be used
 */
export async function readRows(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { encoding, maxRows, maxColumns, ...options }: ReadOptions,
): Promise<RowReader> {
  const base = options.format ?? UPLOAD_FORMAT
  const file = await openFile(bytes, { encoding, maxColumns, format: base })
  const { delimiter, record, above } = file
  const words = withoutEmptyColumns(record.cells)
  refuseLinesInQuotes(words, base)
  const { headings, format } = await understood({ words, row: record.row }, options)
  const below = file.below({
    cells: words.length,
    holdsRows: (text) => holdsRows(text, headings, delimiter),
  })
  const records = words.length < record.cells.length ? inColumns(below, words.length) : below
  const seen: Seen = { filledNameless: new Set(), lengths: { filled: 0, asNamed: 0 }, holdsSecrets: false }
  const head = () => ({
    ...{ words, row: record.row, above, delimiter },
    ...{ nameless: [...seen.filledNameless], lineEnds: [...file.lineEnds], lengths: seen.lengths },
  })
  const rows = rowsBelow(headings, { delimiter, format, seen }, records, maxRows)
  return { ...reader({ headings, format }, options, head, rows), holdsSecrets: () => seen.holdsSecrets }
}

/**
 * The same of rows that were read before, with what was kept of their file.
 * @throws FileRejected where the headings can't be used
 */
export async function readerOf(
  head: KeptHead,
  options: Omit<ReadOptions, 'encoding'>,
  rows: AsyncGenerator<UploadedRow[]>,
): Promise<RowReader> {
  return reader(await understood(head, options), options, () => head, rows)
}

type Understood = { headings: Headings; format: UploadFormat }

async function understood(
  { words, row }: Pick<KeptHead, 'words' | 'row'>,
  { mode, mobileRequired, meaningsOf, format: base = UPLOAD_FORMAT }: Omit<ReadOptions, 'encoding'>,
): Promise<Understood> {
  const meanings = await meaningsOf?.(words)
  if (meanings) refuseHidden(words, base)
  const format = meanings ? { ...base, meanings } : base
  const headings = readHeadings(words, row, format)
  requireHeadings(headings, format, { mode, mobileRequired })
  return { headings, format }
}

function reader(
  { headings, format }: Understood,
  { mode }: Pick<ReadOptions, 'mode'>,
  head: () => KeptHead,
  rows: AsyncGenerator<UploadedRow[]>,
): RowReader {
  return {
    ...{ headings, rows, head },
    assumptions: () => assumptionsOf(headings, { format, mode }, head()),
    notes: () => fileNotes(headings, format, head().above, head().lengths),
    holdsSecrets: () => false,
  }
}

// `"LocalID,JobTitle"`: a program has taken each line for one cell, and doubled the quote marks in it.
function refuseLinesInQuotes(words: readonly string[], format: UploadFormat): void {
  const [line = ''] = words
  if (words.length > 1 || !DELIMITERS.some((delimiter) => countKnown(line.split(delimiter), format) > 1))
    return
  throw new FileRejected(
    'lines-in-quotes',
    'Each line of the file stands in quote marks as a whole, so its cells can’t be told apart. Save the file again from your spreadsheet: in LibreOffice with “Edit filter settings” and a comma as field delimiter, in Excel as “CSV UTF-8”.',
  )
}

// Of such a file only the places of its cells are kept, since its passwords couldn't be told from other cells on the way.
function refuseHidden(words: readonly string[], format: UploadFormat): void {
  const { columns, passwords } = sortHeadings(words, 1, format)
  if (columns.length > 0 || passwords.length === 0) return
  throw new FileRejected(
    'hidden-by-passwords',
    'The file has a column of passwords, and no heading that is read by itself, so nothing of its rows was kept. Remove that column, or write LocalID over the local IDs, and send the file again.',
  )
}

/** What is noticed of all rows while they are read. */
type Seen = { filledNameless: Set<number>; lengths: RowLengths; holdsSecrets: boolean }

async function* rowsBelow(
  headings: Headings,
  { delimiter, format, seen }: { delimiter: string; format: UploadFormat; seen: Seen },
  batches: AsyncGenerator<CsvRecord[]>,
  maxRows = Number.POSITIVE_INFINITY,
): AsyncGenerator<UploadedRow[]> {
  const { filledNameless, lengths } = seen
  const asNamed = namedLength(headings)
  let fitting = 0
  let firstFault: Malformed | undefined
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
  if (lengths.filled === 0) {
    throw new FileRejected(
      'no-rows',
      'The file has headings but no rows below them. Add the rows, and send it again.',
    )
  }
  if (fitting === 0 && firstFault) throw rejectedBy(firstFault)

  function toRows(records: CsvRecord[], below: CsvRecord[]): UploadedRow[] {
    const around = [...above, ...records, ...below]
    const first = above.length
    const isTop = first === 0
    above = around.slice(0, first + records.length).slice(-2)
    return records.map((record, at) => {
      const { row, cells, length } = record
      if (isBlank(cells)) return { row, cells, length, isBlank: true, shape: FITTING }
      if (++lengths.filled > maxRows) throw tooManyRows(maxRows)
      if (cells.length === asNamed) lengths.asNamed++
      refuseHollow(record)
      const fits = cells.length === headings.words.length
      const place = isTop && at === 0 ? 'first' : fits || isInRun(around, first + at) ? 'among' : 'alone'
      const shape = shapeHere(record, place)
      if (headings.passwords.length > 0) {
        seen.holdsSecrets ||= headings.passwords.some((at) => UNMASKED.test(cells[at] ?? ''))
        clearPasswords(cells, headings, shape.damage)
      }
      noteNameless(cells)
      return { row, cells, length, isBlank: false, shape }
    })
  }

  function shapeHere({ cells, bare, damage: fault }: CsvRecord, place: Place): RowShape {
    if (!fault || fault.code === 'swallowed-rows') fitting++
    else firstFault ??= fault
    const shape = fault ? brokenLine(fault) : shapeOf(cells, headings, { delimiter, format, place, bare })
    if (shape.damage === null || headings.passwords.length > 0) return shape
    return { ...shape, damage: { ...shape.damage, raw: shorten(cells.join(delimiter), MOST_RAW) } }
  }

  // The results file writes a cell for each one that a row lacks, so such a file would grow out of all proportion.
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

/** What isn't in a cell that was emptied on its way: see src/uploads/empty-rows.ts. */
const UNMASKED = /[^\sx,;|:"'\ufffd]/

/** Of a row that can't be read so much is shown. */
const MOST_RAW = 200

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
  { format, mode }: { format: UploadFormat; mode: Mode },
  { nameless, lineEnds }: KeptHead,
): Assumptions {
  // Nobody has to be told of the empty columns that spreadsheets leave at the end.
  const unread = headings.ignored.filter((at) => at < headings.named || nameless.includes(at))
  // A new account is given its address, whatever the file says.
  const isRead = ({ column }: Headings['columns'][number]) =>
    mode !== 'create' || column.name !== 'emailAddress'
  const others = headings.columns.filter((column) => !isRead(column)).map(({ at }) => at)
  const ignored = [...unread, ...others].sort((one, other) => one - other)
  const named = ignored.slice(0, MOST_IGNORED_NAMED)
  return {
    columns: headings.columns
      .filter(isRead)
      .map(({ word, column }) => ({ heading: word, field: column.name })),
    ignored: [
      ...named.map((at) => nameOf(headings, at) || `column ${at + 1}, without a heading`),
      ...(named.length < ignored.length ? [`${ignored.length - named.length} more`] : []),
    ],
    nearest: nearMisses(headings, format),
    passwordIgnored: headings.passwords.length > 0,
    lineEnds: lineEnds.length > 1 ? 'mixed' : (lineEnds[0] ?? 'none'),
  }
}
