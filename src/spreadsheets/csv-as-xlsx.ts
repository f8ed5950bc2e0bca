import { StringDecoder } from 'node:string_decoder'
import { recordSplitter } from '../csv/parse.ts'
import type { CsvFile } from '../csv/send-csv.ts'
import { BYTE_ORDER_MARK } from '../csv/write.ts'
import { writeXlsx } from './write-xlsx.ts'

/** A CSV file of ours as the workbook (.xlsx) of the same rows and cells, while it is made. */
export function csvAsXlsx({ filename, content, delimiter = ',' }: CsvFile): {
  filename: string
  content: AsyncGenerator<Buffer, void>
} {
  return {
    filename: filename.replace(/\.csv$/i, '.xlsx'),
    content: writeXlsx(rowsOf(content, delimiter)),
  }
}

// The reader takes off the apostrophes that the writer put before what would run as a formula: here nothing runs.
async function* rowsOf(content: CsvFile['content'], delimiter: string): AsyncGenerator<string[][]> {
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
