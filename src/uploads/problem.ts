/** What is wrong with one cell, or with the row where `column` is null. Its row number stands on the change. */
export type Problem = {
  /** The person's own heading word. */
  column: string | null
  /** Stable, for scripts and for counting kinds. */
  code: string
  /** What is wrong, with the value, and what to do: one or two sentences. */
  message: string
  /** What the cell holds, never a password's. */
  value: string | null
  /** A row with an error is left out; a warning lets it through. */
  severity: 'error' | 'warning'
}

/** A cell's fault before it is known which column it stands in. A warning carries what the cell was read as. */
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
