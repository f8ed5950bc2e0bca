import { Readable } from 'node:stream'
import { InvalidInput } from './errors.ts'

/**
 * Whether a text is one that somebody could have typed: whole characters, and of the control characters tabs and line
 * breaks only. PostgreSQL keeps no other (no NUL in a text, no half of a pair in its JSON).
 */
export function isPlainText(text: string): boolean {
  return text.isWellFormed() && !/[^\P{Cc}\t\n\r]/u.test(text)
}

/**
 * Holds whatever a request carries to plain text: names and values, however deep. A file that is still arriving is
 * passed over.
 * @throws InvalidInput that names the field
 */
export function requirePlainText(sent: unknown, field?: string): void {
  if (typeof sent === 'string') {
    if (!isPlainText(sent))
      throw new InvalidInput(NOT_PLAIN, { code: 'not-plain-text', ...(field ? { field } : {}) })
  } else if (Array.isArray(sent)) for (const each of sent) requirePlainText(each, field)
  else if (sent !== null && typeof sent === 'object' && !(sent instanceof Readable))
    for (const [name, value] of Object.entries(sent)) {
      requirePlainText(name)
      requirePlainText(value, field ?? name)
    }
}

const NOT_PLAIN =
  'What you sent holds a character that can’t be shown, such as one that a program uses inside. Type it anew, or take that character out, and send it again. Nothing was changed.'
