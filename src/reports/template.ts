import { BYTE_ORDER_MARK, csvLine, csvLines } from '../csv/write.ts'
import { UPLOAD_FORMAT, type UploadColumn } from '../uploads/columns.ts'

type TextFile = { filename: string; content: string }

/** A file with the upload format's headings and nothing else. */
export function uploadTemplate(): TextFile {
  return { filename: 'upload-template.csv', content: BYTE_ORDER_MARK + csvLine(headings()) }
}

/** The template with three people in it, to show how each column is filled. */
export function uploadSample(): TextFile {
  const people = Array.from({ length: EXAMPLES }, (_, person) =>
    UPLOAD_FORMAT.columns.map((column: UploadColumn) => column.examples[person] ?? ''),
  )
  return { filename: 'upload-sample.csv', content: BYTE_ORDER_MARK + csvLines([headings(), ...people]) }
}

const EXAMPLES = 3

function headings(): string[] {
  return UPLOAD_FORMAT.columns.map((column) => column.heading)
}
