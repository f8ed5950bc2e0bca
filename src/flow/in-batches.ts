/** Rows as they come, in batches that end after so many `rows`, or after a `length` of them altogether. */
export async function* inBatches<Row extends { length: number }>(
  pieces: AsyncIterable<Row[]>,
  most: { rows: number; length: number },
): AsyncGenerator<Row[]> {
  let batch: Row[] = []
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
