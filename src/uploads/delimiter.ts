import { DELIMITERS, firstRecord } from '../csv/parse.ts'
import type { UploadFormat } from './columns.ts'
import { countKnown } from './heading-words.ts'

/** As much of a file's start as is searched for the heading row, in UTF-16 units. */
export const START_LENGTH = 64 * 1024

/** Excel's own first line `sep=;` says the delimiter, and isn't a row: `text` is without it. */
export function saidDelimiter(start: string): { delimiter: string; text: string } | undefined {
  const said = /^"?sep=([,;\t|])"?(?:\r\n|\r|\n)/i.exec(start)
  return said ? { delimiter: said[1] as string, text: start.slice(said[0].length) } : undefined
}

/**
 * The delimiter is the one that finds most headings, unless the first line says it.
 * @returns with the text without that line
 */
export function delimiterOf(
  start: string,
  format: UploadFormat,
  maxColumns?: number,
): { delimiter: string; text: string } {
  const said = saidDelimiter(start)
  if (said) return said
  let best: { delimiter: string; known: number } = { delimiter: DELIMITERS[0], known: 0 }
  for (const delimiter of DELIMITERS) {
    const known = countKnown(firstRecord(start, delimiter, maxColumns) ?? [], format)
    if (known > best.known) best = { delimiter, known }
  }
  return { delimiter: best.delimiter, text: start }
}
