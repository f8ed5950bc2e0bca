/**
 * What is wrong with a text that was to be a value: what, with the text, and what to do. A warning carries what the text
 * was read as.
 */
export type Fault<Value> =
  | { severity: 'error'; code: string; message: string }
  | { severity: 'warning'; code: string; message: string; reading: Value }

export function fault(code: string, message: string): { severity: 'error'; code: string; message: string } {
  return { severity: 'error', code, message }
}

export function warning<Value>(code: string, message: string, reading: Value): Fault<Value> {
  return { severity: 'warning', code, message, reading }
}

/** A value in quotation marks as it may stand in a message: on one line and not longer than people read. */
export function quoted(value: string): string {
  return `“${shorten(value.replace(/\s+/gu, ' '), 60)}”`
}

/** The first `length` characters, with an ellipsis where some are missing. */
export function shorten(value: string, length: number): string {
  if (value.length <= length) return value
  const characters = Array.from(value.slice(0, 2 * length + 2))
  return characters.length <= length ? value : `${characters.slice(0, length - 1).join('')}…`
}
