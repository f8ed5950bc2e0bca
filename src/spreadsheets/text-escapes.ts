/**
 * Characters as the cells of a workbook (.xlsx) write those that XML has not: U+0007 as `_x0007_`, and what looks like
 * such an escape with its first sign escaped. A carriage return too, since XML reads it as a line feed.
 */
const ESCAPED = /_x([0-9A-Fa-f]{4})_/g

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const TO_ESCAPE = /[\0-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)|\p{Cs}/gu

/** The text that a cell means. NUL, which no text has, is left as it is written. */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text
  return text.replace(ESCAPED, (written, code) =>
    code === '0000' ? written : String.fromCharCode(Number.parseInt(code, 16)),
  )
}

/** The text as a cell of a workbook writes it. */
export function escapeText(text: string): string {
  return text.replace(TO_ESCAPE, (sign) => {
    const code = sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
    return `_x${code}_`
  })
}
