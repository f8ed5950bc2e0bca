import { rowsOf } from '../csv/rows-of.ts'
import type { CsvFile } from '../csv/send-csv.ts'
import { writeXlsx } from './write-xlsx.ts'

/** A CSV file of ours as the workbook (.xlsx) of the same rows and cells, while it is made: here nothing runs. */
export function csvAsXlsx(file: CsvFile): {
  filename: string
  content: AsyncGenerator<Buffer, void>
} {
  return { filename: file.filename.replace(/\.csv$/i, '.xlsx'), content: writeXlsx(rowsOf(file)) }
}
