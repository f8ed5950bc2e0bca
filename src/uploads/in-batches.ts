import type { UploadedRow } from './read-rows.ts'

/** As many rows as so many pieces of the file hold are gathered, and no more: rows may be long. */
const PIECES_GATHERED = 64

/** Rows as they come, piece by piece, in batches of `size`; the last one, and those of long rows, are smaller. */
export async function* inBatches(
  pieces: AsyncIterable<UploadedRow[]>,
  size: number,
): AsyncGenerator<UploadedRow[]> {
  let waiting: UploadedRow[] = []
  let gathered = 0
  for await (const piece of pieces) {
    waiting = waiting.concat(piece)
    gathered++
    let from = 0
    for (; waiting.length - from >= size; from += size) yield waiting.slice(from, from + size)
    if (from > 0) gathered = 1
    waiting = waiting.slice(from)
    if (gathered < PIECES_GATHERED || waiting.length === 0) continue
    yield waiting
    waiting = []
    gathered = 0
  }
  if (waiting.length > 0) yield waiting
}
