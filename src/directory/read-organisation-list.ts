import { decodeText, encodingDetector } from '../csv/encoding.ts'
import { DELIMITERS, recordSplitter } from '../csv/parse.ts'
import { type CsvRecord, isBlank } from '../csv/records.ts'
import { InvalidInput } from '../errors.ts'
import { asTextFile } from '../spreadsheets/as-text-file.ts'
import { SpreadsheetRefused } from '../spreadsheets/refused.ts'

/** A row as it is read: what it says of an organisation, or what is wrong with it. */
export type ListRow = {
  row: number
  code: string
  name: string
  /** Null leaves the one that there is. */
  postcode: string | null
  closed: boolean
  problem: string | null
}

const MOST_ROWS = 100_000
const LIMITS = { maxColumns: 1000, maxBytes: 50_000_000 }
const LONGEST = 200

const HEADINGS = {
  code: ['code', 'odscode', 'organisationcode'],
  name: ['name', 'organisationname'],
  postcode: ['postcode'],
  status: ['status', 'openorclosed'],
} as const

type Column = keyof typeof HEADINGS

/**
 * Reads a list of organisations, a CSV file or a workbook: code, name, postcode, open or closed.
 * @throws InvalidInput for a file that is no such list
 */
export async function readOrganisationList(bytes: Buffer): Promise<ListRow[]> {
  const [headings, ...rows] = await recordsOf(bytes)
  const columns = headings === undefined ? undefined : columnsOf(headings.cells)
  if (columns?.code === undefined || columns.name === undefined)
    throw wrongFile('This file has no headings Code and Name. Its first row must have them.')
  if (rows.length > MOST_ROWS) throw wrongFile('This list has more than 100,000 rows. Send it in parts.')
  const firstRows = new Map<string, number>()
  return rows.map(({ row, cells }) => {
    const cell = (column: Column) => (cells[columns[column] ?? -1] ?? '').trim().replace(/\s+/gu, ' ')
    const status = cell('status').toLowerCase()
    const read = {
      row,
      code: cell('code').toUpperCase().normalize('NFC'),
      name: cell('name').normalize('NFC'),
      postcode: cell('postcode').toUpperCase() || null,
      closed: status === 'closed',
    }
    const first = firstRows.get(read.code)
    if (first === undefined) firstRows.set(read.code, row)
    return { ...read, problem: problemOf(read, status, first) }
  })
}

function problemOf(
  { code, name, postcode }: Omit<ListRow, 'problem'>,
  status: string,
  first: number | undefined,
): string | null {
  if (!/^[A-Z0-9]{1,12}$/.test(code))
    return `“${code.slice(0, 50)}” can’t be a code: use 1 to 12 letters and digits, such as RX1.`
  if (first !== undefined) return `Row ${first} is about ${code} too. Keep one of them.`
  if (name === '') return 'The name is missing.'
  if (name.length > LONGEST || /\p{Cc}/u.test(name)) return `The name is longer than ${LONGEST} characters.`
  if (postcode !== null && !/^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$/.test(postcode))
    return `“${postcode.slice(0, 50)}” is not a postcode. Write it like LS1 4AP.`
  if (!['', 'open', 'closed'].includes(status))
    return `“${status.slice(0, 50)}” is no status. Write open or closed.`
  return null
}

async function recordsOf(file: Buffer): Promise<CsvRecord[]> {
  const bytes = await asTextFile(file, LIMITS).catch((error) => {
    throw error instanceof SpreadsheetRefused ? wrongFile(error.message) : error
  })
  const detector = encodingDetector()
  detector.push(bytes)
  const detected = detector.end()
  if (detected.kind !== 'text')
    throw wrongFile(
      'This is no spreadsheet. Send an Excel file (.xlsx), an OpenDocument file (.ods) or a CSV file.',
    )
  let text = ''
  for await (const piece of decodeText([bytes], detected.encoding)) text += piece
  const splitter = recordSplitter(delimiterOf(text), { mostCells: LIMITS.maxColumns, resumes: true })
  return [...splitter.push(text), ...splitter.end()].filter(({ cells }) => !isBlank(cells))
}

function delimiterOf(text: string): string {
  const [heading = ''] = text.split(/\r\n?|\n/, 1)
  const times = (delimiter: string) => heading.split(delimiter).length
  return [...DELIMITERS].sort((a, b) => times(b) - times(a))[0] ?? ','
}

function columnsOf(cells: readonly string[]): Partial<Record<Column, number>> {
  const words = cells.map((cell) => cell.toLowerCase().replace(/[^a-z]/g, ''))
  const found = (Object.keys(HEADINGS) as Column[]).flatMap((column) => {
    const at = words.findIndex((word) => (HEADINGS[column] as readonly string[]).includes(word))
    return at < 0 ? [] : [[column, at] as const]
  })
  return Object.fromEntries(found)
}

function wrongFile(message: string): InvalidInput {
  return new InvalidInput(message, { field: 'file' })
}
