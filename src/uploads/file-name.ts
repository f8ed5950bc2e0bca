import { basename } from 'node:path'
import { InvalidInput } from '../errors.ts'
import { isPlainText } from '../plain-text.ts'

const LONGEST = 255

/**
 * What is kept of the name that a client gives a file, by whatever door it comes: the name without the folders before
 * it, on one line, at most 255 characters. It is shown and mailed, and opens nothing.
 * @throws InvalidInput for a name that is no plain text
 */
export function fileName(given: string): string {
  if (!isPlainText(given)) throw new InvalidInput(NOT_SHOWN, { field: 'file', code: 'file-name' })
  const name = basename(given.replaceAll('\\', '/')).replace(/\s+/g, ' ').trim()
  return name.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, '') || 'upload.csv'
}

const NOT_SHOWN =
  'The name of the file holds a character that can’t be shown. Rename the file and send it again.'
