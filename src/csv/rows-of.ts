import { StringDecoder } from 'node:string_decoder'
import { recordSplitter } from './parse.ts'
import type { CsvFile } from './send-csv.ts'
import { BYTE_ORDER_MARK } from './write.ts'

/**
 * The rows of a CSV file of ours, while it is made. The reader takes off the apostrophes that the writer put before what
 * would run as a formula.
 */
export async function* rowsOf({ content, delimiter = ',' }: CsvFile): AsyncGenerator<string[][], void> {
  const splitter = recordSplitter(delimiter, { mostLength: Number.POSITIVE_INFINITY })
  const decoder = new StringDecoder()
  let isStart = true
  for await (const piece of content) {
    const text = typeof piece === 'string' ? piece : decoder.write(piece)
    if (text === '') continue
    yield cells(isStart && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text)
    isStart = false
  }
  yield splitter.end().map((record) => record.cells)

  function cells(text: string): string[][] {
    return splitter.push(text).map((record) => record.cells)
  }
}
