import { asCsv } from '../../src/spreadsheets/as-csv.ts'
import { openWorkbook } from '../../src/spreadsheets/open-workbook.ts'
import { SpreadsheetRefused } from '../../src/spreadsheets/refused.ts'
import { temporaryFile } from '../../src/spreadsheets/temporary-file.ts'
import type { Sheet, SheetRow } from '../../src/spreadsheets/workbook.ts'

/** A workbook's sheets, the rows of one of them, and that one as CSV. */
export async function readWorkbook(
  bytes: Buffer,
  { sheet: at = 0, maxColumns = 1_000 } = {},
): Promise<{ sheets: readonly Sheet[]; rows: SheetRow[]; csv: string }> {
  await using file = await temporaryFile()
  await file.appendFile(bytes)
  await using workbook = await openWorkbook(file, { maxColumns })
  const sheet = workbook.sheets[at] as Sheet
  const rows: SheetRow[] = []
  for await (const batch of workbook.rows(sheet)) rows.push(...batch)
  let csv = ''
  for await (const piece of asCsv(workbook, sheet)) csv += piece.toString()
  return { sheets: workbook.sheets, rows, csv }
}

/** The cells of the rows with something in them. */
export async function cellsOf(bytes: Buffer): Promise<string[][]> {
  return (await readWorkbook(bytes)).rows.map(({ cells }) => cells)
}

/** Why a file is refused. */
export async function refusalOf(
  bytes: Buffer,
  options?: { maxColumns?: number },
): Promise<SpreadsheetRefused> {
  try {
    await readWorkbook(bytes, options)
  } catch (error) {
    if (error instanceof SpreadsheetRefused) return error
    throw error
  }
  throw new Error('it is read')
}
