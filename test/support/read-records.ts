import { decodeText, type Encoding } from '../../src/csv/encoding.ts'
import { recordSplitter } from '../../src/csv/parse.ts'
import type { CsvRecord } from '../../src/csv/records.ts'

/**
 * The records of a file, in batches as its bytes arrive.
 * @throws MalformedCsv where the file can't be read without guessing
 */
export async function* readRecords(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { encoding, delimiter }: { encoding: Encoding; delimiter: string },
): AsyncGenerator<CsvRecord[]> {
  const splitter = recordSplitter(delimiter)
  for await (const text of decodeText(bytes, encoding)) {
    const records = splitter.push(text)
    if (records.length > 0) yield records
  }
  const rest = splitter.end()
  if (rest.length > 0) yield rest
}
