import { rowsOf } from './rows-of.ts'
import type { CsvFile } from './send-csv.ts'
import { plainLine } from './write.ts'

/**
 * A CSV file of ours for a program to read: UTF-8 without a byte order mark, every cell as it is, without the apostrophe
 * before what a spreadsheet would run as a formula.
 */
export function forMachines(file: CsvFile): CsvFile {
  return { ...file, content: plainText(file) }
}

async function* plainText(file: CsvFile): AsyncGenerator<string> {
  for await (const rows of rowsOf(file)) {
    const lines = rows.map((cells) => plainLine(cells, file.delimiter))
    if (lines.length > 0) yield lines.join('')
  }
}
