import type { Encoding } from '../csv/encoding.ts'
import { type CsvRecord, isBlank } from '../csv/records.ts'
import type { Transaction } from '../database/open.ts'
import { shorten } from '../directory/fault.ts'
import { UPLOAD_FORMAT, type UploadFormat } from './columns.ts'
import { withoutEmptyColumns } from './empty-columns.ts'
import { openFile } from './open-file.ts'
import { readBytes } from './store.ts'

/** A file's headings as people wrote them, and the first rows below that have as many cells. */
export type HeadingSamples = { words: string[]; rows: string[][] }

const SHOWN_ROWS = 3
const SHOWN_LETTERS = 60

/**
 * Reads the beginning of a file that is kept.
 * @throws FileRejected where it has no row that could be one of headings
 */
export async function headingSamples(
  tx: Transaction,
  file: { id: number; encoding: string },
  maxColumns: number | undefined,
  format: UploadFormat = UPLOAD_FORMAT,
): Promise<HeadingSamples> {
  const options = { encoding: file.encoding as Encoding, maxColumns, format }
  const opened = await openFile(readBytes(tx, file.id), options)
  const words = withoutEmptyColumns(opened.record.cells)
  const below = opened.below({ cells: words.length, holdsRows: () => false })
  const first = await below.next()
  const records: CsvRecord[] = first.done ? [] : first.value
  const whole = records.filter(
    ({ cells, damage }) => !damage && cells.length === words.length && !isBlank(cells),
  )
  const rows = whole
    .slice(0, SHOWN_ROWS)
    .map(({ cells }) => cells.map((cell) => shorten(cell, SHOWN_LETTERS)))
  return { words, rows }
}
