import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { parse } from 'csv-parse/sync'
import type { FileToDownload } from '../../src/results/csv-file.ts'
import { asRead, holdsFormula } from '../support/formula.ts'
import type { RandomFile } from './random-file.ts'
import { resultRecords } from './workbook-file.ts'

/** One row of a results file as another reader than ours has read it. */
export type ResultRow = { row: number; result: string; detail: string; accountId: string; address: string }

export const RESULTS = ['Updated', 'Created', 'No change', 'Failed', 'Skipped']

/**
 * Reads a results file, as what the file was sent as, with other readers than ours, and compares its input cells with the
 * upload's, cell for cell.
 * @returns what differs, in words, and each row's outcome
 */
export async function readResults(
  file: RandomFile,
  results: FileToDownload,
): Promise<{ faults: string[]; rows: ResultRow[] }> {
  const faults: string[] = []
  const records =
    file.kind === 'csv' ? await csvRecords(file, results, faults) : await resultRecords(file, results)
  const expectCells = expecting(file, faults)
  const above = records.splice(0, file.blankAbove)
  if (above.some((cells) => cells.join('') !== '')) faults.push('the lines above the headings are not blank')
  const headings = records.shift() ?? []
  const width = file.headings.length - file.results.length
  expectCells('heading row', headings.slice(0, width), withoutOurs(file, file.headings))
  expectCells('new headings', headings.slice(width), ['Result', 'ResultDetail', 'AccountID', 'EmailAddress'])
  if (records.length !== file.rows.length) faults.push(`${records.length} rows, sent ${file.rows.length}`)
  const rows: ResultRow[] = []
  for (const [at, cells] of records.entries()) {
    const row = at + 2 + file.blankAbove
    const sent = file.rows[at] ?? []
    const isBlank = sent.every((cell) => cell.trim() === '')
    const added = isBlank ? [] : cells.splice(-4)
    const [result = '', detail = '', accountId = '', address = ''] = added
    if (!isBlank) rows.push({ row, result, detail, accountId, address })
    const wanted = isBlank ? withoutOurs(file, sent) : fitted(withoutOurs(file, sent), width, file.delimiter)
    const padded = isBlank
      ? wanted
      : [...wanted, ...Array<string>(Math.max(0, width - wanted.length)).fill('')]
    const mayBeEmptied = passwordPlaces(file, sent, result)
    const got = cells.map((cell, place) =>
      mayBeEmptied.has(place) && isEmptied(cell, padded[place] ?? '', file.delimiter)
        ? (padded[place] ?? '')
        : cell,
    )
    expectCells(`row ${row}`, got, padded)
    for (const place of file.passwords) {
      const cell = cells[place - oursBefore(file, place)] ?? ''
      // In a last cell where several stand together, the password would be the first of them.
      const password = sent.length > file.headings.length ? cell.split(file.delimiter)[0] : cell
      if (!isBlank && password !== '') faults.push(`row ${row}: a password is in it`)
    }
  }
  return { faults, rows }
}

async function csvRecords(
  { delimiter }: RandomFile,
  results: FileToDownload,
  faults: string[],
): Promise<string[][]> {
  const written = await text(Readable.from(results.content))
  const records = parse(written, {
    bom: true,
    delimiter,
    relax_column_count: true,
    skip_empty_lines: false,
  }) as string[][]
  if (!written.startsWith('\ufeff')) faults.push('no byte order mark')
  if (records.flat().some(holdsFormula)) faults.push('a cell holds a formula')
  return records
}

/** Cells too many stand together in the last one, so that what was added stands under its headings. */
function fitted(cells: string[], width: number, delimiter: string): string[] {
  if (cells.length <= width || width === 0) return cells
  return [...cells.slice(0, width - 1), cells.slice(width - 1).join(delimiter)]
}

// Of cells that stand together some may be emptied.
function isEmptied(cell: string, sent: string, delimiter: string): boolean {
  const [parts, sentParts] = [asRead(cell).split(delimiter), asRead(sent).split(delimiter)]
  if (cell === '') return true
  return parts.length === sentParts.length && parts.every((part, at) => part === '' || part === sentParts[at])
}

// In a row whose cells can't be told apart, which fails, a password may have moved: its neighbours are emptied too.
function passwordPlaces(file: RandomFile, sent: string[], result: string): Set<number> {
  if (file.passwords.length === 0) return new Set()
  const isFailed = result === 'Failed' && sent.length !== file.headings.length
  const swallowed = result === 'Failed' && sent.some((cell) => /[\r\n]/.test(cell))
  if (isFailed || swallowed) return new Set(sent.keys())
  return new Set(file.passwords.map((place) => place - oursBefore(file, place)))
}

function withoutOurs(file: RandomFile, cells: readonly string[]): string[] {
  return cells.filter((_, at) => !file.results.includes(at))
}

function oursBefore(file: RandomFile, place: number): number {
  return file.results.filter((ours) => ours < place).length
}

/** In CSV a cell may have got an apostrophe before what a spreadsheet would run; in a workbook nothing runs. */
function expecting(file: RandomFile, faults: string[]) {
  const said = file.kind === 'csv' ? asRead : (cell: string) => cell
  return (where: string, got: readonly string[], wanted: readonly string[]): void => {
    const same =
      got.length === wanted.length && got.every((cell, at) => said(cell) === said(wanted[at] as string))
    if (!same) faults.push(`${where}: ${JSON.stringify(got)}, sent ${JSON.stringify(wanted)}`)
  }
}
