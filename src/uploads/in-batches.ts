import type { UploadedRow } from './read-rows.ts'

/** Rows as they come, in batches that end after `rows` of them, or `length` of the file in UTF-16 units. */
export async function* inBatches(
  pieces: AsyncIterable<UploadedRow[]>,
  most: { rows: number; length: number },
): AsyncGenerator<UploadedRow[]> {
  let batch: UploadedRow[] = []
  let length = 0
  for await (const piece of pieces) {
    for (const row of piece) {
      batch.push(row)
      length += row.length
      if (batch.length < most.rows && length < most.length) continue
      yield batch
      batch = []
      length = 0
    }
  }
  if (batch.length > 0) yield batch
}
