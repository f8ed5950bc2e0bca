import type { Encoding } from '../csv/encoding.ts'
import { isBlank } from '../csv/records.ts'
import type { Transaction } from '../database/open.ts'
import { shorten } from '../directory/fault.ts'
import { UPLOAD_FORMAT, type UploadFormat } from './columns.ts'
import { withoutEmptyColumns } from './empty-columns.ts'
import { openFile } from './open-file.ts'
import { type KeptPart, readPackedRows } from './part.ts'
import { readBytes, readPiece } from './store.ts'

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
  file: { id: number; encoding: string; part: KeptPart | null },
  maxColumns: number | undefined,
  format: UploadFormat = UPLOAD_FORMAT,
): Promise<HeadingSamples> {
  const { words, records } = file.part
    ? { words: file.part.words, records: await firstOfPart(tx, file.id) }
    : await firstOfFile(tx, file, maxColumns, format)
  const whole = records.filter(({ cells }) => cells.length === words.length && !isBlank(cells))
  const rows = whole
    .slice(0, SHOWN_ROWS)
    .map(({ cells }) => cells.map((cell) => shorten(cell, SHOWN_LETTERS)))
  return { words, rows }
}

type First = { words: string[]; records: { cells: string[] }[] }

async function firstOfFile(
  tx: Transaction,
  { id, encoding }: { id: number; encoding: string },
  maxColumns: number | undefined,
  format: UploadFormat,
): Promise<First> {
  const options = { encoding: encoding as Encoding, maxColumns, format }
  const opened = await openFile(readBytes(tx, id), options)
  const words = withoutEmptyColumns(opened.record.cells)
  const below = opened.below({ cells: words.length, holdsRows: () => false })
  const first = await below.next()
  return { words, records: first.done ? [] : first.value.filter(({ damage }) => !damage) }
}

async function firstOfPart(tx: Transaction, id: number): Promise<First['records']> {
  const piece = await readPiece(tx, id, 0)
  return piece ? readPackedRows(piece).filter(({ shape }) => !shape.damage) : []
}
