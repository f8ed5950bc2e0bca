import { decodeText, type Encoding } from '../csv/encoding.ts'
import { type Malformed, MalformedCsv } from '../csv/malformed.ts'
import { type RecordSplitter, recordSplitter } from '../csv/parse.ts'
import { type CsvRecord, isBlank, type RowsExpected } from '../csv/records.ts'
import { yielder } from '../flow/yielding.ts'
import type { UploadFormat } from './columns.ts'
import { type Layout, layoutOf, START_LENGTH } from './delimiter.ts'
import { noHeadingRow } from './headings.ts'
import { FileRejected } from './rejected.ts'

/** A file with its heading row found, and not yet understood. */
export type OpenFile = Pick<Layout, 'delimiter' | 'quote'> & {
  /** The heading row. */
  record: CsvRecord
  /** The filled rows above it: titles and remarks. */
  above: { row: number; cells: string[] }[]
  /** The rows below, in batches as the bytes arrive. Can be read once. */
  below(rows: RowsExpected): AsyncGenerator<CsvRecord[]>
  lineEnds: Set<string>
}

/**
 * Decodes a file's bytes, finds out how it is laid out, and reads it up to its heading row.
 * @throws FileRejected where it has none, or none that can be read
 */
export async function openFile(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  {
    encoding,
    maxColumns,
    format,
  }: { encoding: Encoding; maxColumns: number | undefined; format: UploadFormat },
): Promise<OpenFile> {
  const pieces = decodeText(bytes, encoding)
  const start = await startOf(pieces)
  const { text, ...layout } = layoutOf(start, format, maxColumns)
  const lengthOf = lengthIn(encoding)
  let isBelow = false
  const splitter = recordSplitter(layout.delimiter, {
    mostCells: maxColumns,
    lengthOf: (piece) => (isBelow ? lengthOf(piece) : piece.length),
    resumes: true,
    quote: layout.quote,
  })
  // Half a surrogate pair is no text and no database keeps it: as U+FFFD it is reported with its cell.
  const maySplitPairs = encoding.startsWith('utf-16')
  const breath = yielder()
  const records = wellFormed(await refusing(() => upToHeadings(text, pieces, splitter, layout.above, format)))
  const record = records.pop() as CsvRecord
  if (record.damage) throw rejectedBy(record.damage)

  const { delimiter, quote } = layout
  return {
    delimiter,
    quote,
    record,
    above: records.filter(({ cells }) => !isBlank(cells)).map(({ row, cells }) => ({ row, cells })),
    lineEnds: splitter.lineEnds,
    below,
  }

  async function* below(rows: RowsExpected): AsyncGenerator<CsvRecord[]> {
    splitter.expect(rows)
    isBelow = true
    yield refusing(() => wellFormed(splitter.push('')))
    for (;;) {
      const { value, done } = await pieces.next()
      if (done) break
      await breath()
      yield refusing(() => wellFormed(splitter.push(value)))
    }
    yield refusing(() => wellFormed(splitter.end()))
  }

  function wellFormed(records: CsvRecord[]): CsvRecord[] {
    if (!maySplitPairs) return records
    return records.map((record) => ({ ...record, cells: record.cells.map((cell) => cell.toWellFormed()) }))
  }
}

/** What a text has in bytes of the file, by which it was measured while its passwords were emptied too. */
function lengthIn(encoding: Encoding): (text: string) => number {
  return encoding.startsWith('utf-8') ? (text) => Buffer.byteLength(text) : (text) => text.length
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

/** The records up to the heading row, below so many filled ones. */
async function upToHeadings(
  start: string,
  pieces: AsyncGenerator<string>,
  splitter: RecordSplitter,
  above: number,
  format: UploadFormat,
): Promise<CsvRecord[]> {
  let filled = 0
  let isFound = false
  const isHeadings = (cells: string[]) => {
    if (!isBlank(cells)) isFound = ++filled > above
    return isFound
  }
  const records = splitter.upTo(start, isHeadings)
  while (!isFound) {
    const { value, done } = await pieces.next()
    records.push(...splitter.upTo(done ? '' : value, isHeadings, done ?? false))
    if (done && !isFound) throw noHeadingRow(format)
  }
  return records
}

// Whatever the reader refuses is a fault of the file, and told as such.
async function refusing<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw error instanceof MalformedCsv ? rejectedBy(error.fault) : error
  }
}

/** Why the file is refused, in the reader's words. */
export function rejectedBy(fault: Malformed): FileRejected {
  return new FileRejected(fault.code, fault.message, fault.row)
}
