import { decodeText, encodingDetector } from '../csv/encoding.ts'
import { recordSplitter } from '../csv/parse.ts'
import { InvalidInput } from '../errors.ts'
import { asTextFile } from '../spreadsheets/as-text-file.ts'
import { SpreadsheetRefused } from '../spreadsheets/refused.ts'
import { UPLOAD_FORMAT } from '../uploads/columns.ts'
import { layoutOf } from '../uploads/delimiter.ts'
import { sortHeadings } from '../uploads/headings.ts'

/** A list of 100,000 local IDs, each as long as one can be, is smaller. */
const MOST_BYTES = 16 * 1024 * 1024

/** Of a workbook: the widest row, and what its sheet says. */
const LIMITS = { maxColumns: 1000, maxBytes: 64 * 1024 * 1024 }

/** The local IDs that somebody typed or pasted: one a line, or separated by commas, semicolons or tabs. */
export function localIdsIn(text: string): string[] {
  return text.split(/[\r\n,;\t]+/).filter((each) => each.trim() !== '')
}

/**
 * The local IDs of a workbook, a text or a CSV file: its column LocalID, by the headings that an upload knows; in a file without such a
 * heading the first cell of each line.
 * @throws InvalidInput for what is no such file, or is too large
 */
export async function localIdsOfFile(bytes: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<string[]> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of bytes) {
    size += piece.length
    if (size > MOST_BYTES) throw refused('The file is too large for a list of local IDs: send 16 MB at most.')
    pieces.push(piece)
  }
  const whole = await asTextFile(Buffer.concat(pieces), LIMITS).catch((error) => {
    throw error instanceof SpreadsheetRefused ? refused(error.message) : error
  })
  const detector = encodingDetector()
  detector.push(whole)
  const detected = detector.end()
  if (detected.kind === 'empty') return []
  if (detected.kind !== 'text')
    throw refused(
      'The file is no spreadsheet (.xlsx, .ods) and no text or CSV file. Copy the column of local IDs from it and paste it above.',
    )
  let text = ''
  for await (const piece of decodeText([whole], detected.encoding)) text += piece
  return localIdColumn(text)
}

function localIdColumn(text: string): string[] {
  const { delimiter, quote, text: whole } = layoutOf(text, UPLOAD_FORMAT)
  const splitter = recordSplitter(delimiter, { quote, resumes: true })
  const rows = [...splitter.push(whole), ...splitter.end()].map(({ cells }) => cells)
  const headings = rows.slice(0, MOST_ABOVE).findIndex((cells) => columnIn(cells) >= 0)
  const column = headings < 0 ? 0 : columnIn(rows[headings] ?? [])
  const cells = rows.slice(headings + 1).map((row) => row[column] ?? '')
  return cells.filter((cell) => cell.trim() !== '')
}

/** Of so many rows at the start one may hold the headings. */
const MOST_ABOVE = 20

function columnIn(cells: readonly string[]): number {
  const { columns } = sortHeadings(cells, 1, UPLOAD_FORMAT)
  return columns.find(({ column }) => column.name === 'localId')?.at ?? -1
}

function refused(message: string): InvalidInput {
  return new InvalidInput(message, { field: 'file' })
}
