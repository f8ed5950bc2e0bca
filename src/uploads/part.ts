import { type KeptHead, type ReadOptions, type RowReader, readerOf, type UploadedRow } from './read-rows.ts'
import { FileRejected } from './rejected.ts'
import { FITTING, type RowShape } from './row-shape.ts'

/** What the rows of one organisation are read with, once they have been taken out of a file of several. */
export type KeptPart = KeptHead

/** A row in short: its number in the file, its cells, its length, and its shape where it doesn't fit. */
type KeptRow = [row: number, cells: string[], length: number, shape?: RowShape]

export function packRow({ row, cells, length, shape }: UploadedRow): string {
  const kept: KeptRow = shape === FITTING ? [row, cells, length] : [row, cells, length, shape]
  return JSON.stringify(kept)
}

/** A piece of a part's bytes, as `packRow` wrote its rows. */
export function readPackedRows(piece: Buffer): UploadedRow[] {
  const kept = JSON.parse(piece.toString()) as KeptRow[]
  return kept.map(([row, cells, length, shape = FITTING]) => ({ row, cells, length, isBlank: false, shape }))
}

/**
 * The same of a part as `readRows` makes of a file.
 * @param pieces its bytes, each as it was stored
 * @throws FileRejected where none of the file's rows is about its organisation, or its headings can't be used
 */
export async function readPart(
  pieces: AsyncGenerator<Buffer>,
  part: KeptPart,
  organisationCode: string,
  options: Omit<ReadOptions, 'encoding'>,
): Promise<RowReader> {
  return readerOf(part, options, rows(pieces, organisationCode))
}

async function* rows(
  pieces: AsyncGenerator<Buffer>,
  organisationCode: string,
): AsyncGenerator<UploadedRow[]> {
  let isEmpty = true
  for await (const piece of pieces) {
    isEmpty = false
    yield readPackedRows(piece)
  }
  if (isEmpty) {
    throw new FileRejected(
      'no-rows-of-its-own',
      `No row of the file names ${organisationCode}. Its rows stand with the organisations that they name: nothing is left to do here.`,
    )
  }
}

/** Rows of others between two of its own are kept as rows of no cells, where they are few; otherwise a new block begins. */
const MOST_BETWEEN = 50

type Block = { firstRow: number; lastRow: number; rows: string[][] }

/** A batch as blocks of the kept copy, in which the rows follow each other: one, but of a part. */
export function blocksOf(batch: readonly UploadedRow[]): Block[] {
  const blocks: Block[] = []
  for (const { row, cells } of batch) {
    const last = blocks.at(-1)
    if (last === undefined || row - last.lastRow > MOST_BETWEEN) {
      blocks.push({ firstRow: row, lastRow: row, rows: [cells] })
      continue
    }
    for (let other = last.lastRow + 1; other < row; other++) last.rows.push([])
    last.rows.push(cells)
    last.lastRow = row
  }
  return blocks
}
