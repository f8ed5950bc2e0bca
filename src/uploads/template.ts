import { BYTE_ORDER_MARK, csvLines } from '../csv/write.ts'
import { UPLOAD_FORMAT, type UploadColumn, type UploadFormat } from './columns.ts'

/** An empty file to fill in: the heading row alone. */
export function templateCsv(format: UploadFormat = UPLOAD_FORMAT): string {
  return BYTE_ORDER_MARK + csvLines([headingRow(format)])
}

/** A file that shows how a filled one looks, with made-up people. */
export function sampleCsv(format: UploadFormat = UPLOAD_FORMAT): string {
  const people = [0, 1, 2].map((person) => filledIn(format).map((column) => column.examples[person] ?? ''))
  return BYTE_ORDER_MARK + csvLines([headingRow(format), ...people])
}

function headingRow(format: UploadFormat): string[] {
  return filledIn(format).map((column) => column.heading)
}

/** The columns that a person may fill in, in the order in which exports write them too. */
function filledIn({ columns }: UploadFormat): UploadColumn[] {
  return columns.filter((column) => column.offered === 'always')
}
