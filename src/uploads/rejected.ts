import type { MalformedCode } from '../csv/malformed.ts'

export type RejectionCode =
  | 'no-heading-row'
  | 'missing-heading'
  | 'repeated-heading'
  | 'no-rows'
  | 'too-many-rows'
  | 'file-infected'
  | 'file-too-large-to-scan'
  | 'rows-too-short'
  | 'lines-in-quotes'
  | 'hidden-by-passwords'
  | 'no-organisation-column'
  | 'no-rows-of-its-own'
  | 'too-many-organisations'
  | 'too-many-waiting'
  | MalformedCode

/** Why a file is refused that can be used once its headings are explained: it is kept for a day. */
const FOR_ITS_HEADINGS = new Set([
  'no-heading-row',
  'missing-heading',
  'repeated-heading',
  'no-organisation-column',
])

export function mayBeExplained(code: string): boolean {
  return FOR_ITS_HEADINGS.has(code)
}

/**
 * The file as a whole can't be used; its message says why and what to do. Thrown, since much of it shows only
 * far into the file: the check catches it once, around all its reading.
 */
export class FileRejected extends Error {
  override name = 'FileRejected'
  readonly code: RejectionCode
  /** Where it showed, if it is about one row. */
  readonly row: number | null

  constructor(code: RejectionCode, message: string, row: number | null = null) {
    super(message)
    this.code = code
    this.row = row
  }
}
