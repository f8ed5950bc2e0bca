import { DELIMITERS, firstRecord } from '../csv/parse.ts'
import type { UploadFormat } from './columns.ts'
import { countKnown } from './heading-words.ts'

/** As much of a file's start as is searched for the heading row, in UTF-16 units. */
export const START_LENGTH = 64 * 1024

/**
 * The delimiter is the one that finds most headings. Excel's own first line `sep=;` says it, and isn't a row.
 * @returns with the text without that line
 */
export function delimiterOf(
  start: string,
  format: UploadFormat,
  maxColumns?: number,
): { delimiter: string; text: string } {
  const said = /^"?sep=([,;\t|])"?(?:\r\n|\r|\n)/i.exec(start)
  if (said) return { delimiter: said[1] as string, text: start.slice(said[0].length) }
  let best: { delimiter: string; known: number } = { delimiter: DELIMITERS[0], known: 0 }
  for (const delimiter of DELIMITERS) {
    const known = countKnown(firstRecord(start, delimiter, maxColumns) ?? [], format)
    if (known > best.known) best = { delimiter, known }
  }
  return { delimiter: best.delimiter, text: start }
}
