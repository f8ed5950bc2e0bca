import { buffer } from 'node:stream/consumers'
import type { FileToDownload } from '../../src/results/csv-file.ts'
import { csvAsXlsx } from '../../src/spreadsheets/csv-as-xlsx.ts'
import { readXlsx } from '../support/read-xlsx.ts'
import { asWorkbook, sayable, type WorkbookKind } from '../support/workbooks.ts'
import type { RandomFile } from './random-file.ts'

/** The same table as a workbook, and what of it is there to be read. */
export async function asWorkbookFile(file: RandomFile, kind: WorkbookKind): Promise<RandomFile> {
  const said = [file.headings, ...file.rows].map((cells) => cells.map((cell) => sayable(kind, cell)))
  const above = Array.from({ length: file.blankAbove }, () => [])
  const bytes = await asWorkbook(kind, [...above, ...said])
  const [headings = [], ...rows] = fitted(said)
  return { ...file, kind, bytes, headings, rows, delimiter: ',' }
}

/** So many rows with something in them say how wide a sheet is. */
const START_ROWS = 20

/** Rows as a sheet has them: each as wide as the widest of the first, and no blank ones at the end. */
function fitted(rows: readonly string[][]): string[][] {
  const ends = rows.map((cells) => (isBlank(cells) ? 0 : cells.findLastIndex((cell) => cell !== '') + 1))
  const width = Math.max(...ends.filter((end) => end > 0).slice(0, START_ROWS))
  const last = ends.findLastIndex((end) => end > 0)
  return rows.slice(0, last + 1).map((cells, at) => {
    const end = ends[at] as number
    return end === 0 ? [] : padded(cells.slice(0, end), width)
  })
}

/** A results file, had as a workbook: its rows, each as wide as the headings, as it would be as CSV. */
export async function resultRecords(file: RandomFile, results: FileToDownload): Promise<string[][]> {
  const rows = await readXlsx(await buffer(csvAsXlsx(results).content))
  const width = rows[file.blankAbove]?.length ?? 0
  return rows.map((cells) => (isBlank(cells) ? [] : padded(cells, width)))
}

function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === '')
}

function padded(cells: readonly string[], width: number): string[] {
  return [...cells, ...Array<string>(Math.max(0, width - cells.length)).fill('')]
}
