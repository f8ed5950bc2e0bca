import { MOST_CELL_LENGTH } from './workbook.ts'

export type RefusalCode =
  | 'file-not-text'
  | 'file-encrypted'
  | 'file-macros'
  | 'file-damaged'
  | 'file-too-complex'
  | 'file-empty'
  | 'sheet-missing'

/** A file that is no spreadsheet which can be read. Its message says what it is and what to do. */
export class SpreadsheetRefused extends Error {
  override name = 'SpreadsheetRefused'
  readonly code: RefusalCode

  constructor(code: RefusalCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

const SAVE_AS =
  'Open it in your spreadsheet, choose “Save as”, then “Excel Workbook (.xlsx)” or “CSV UTF-8”, and send that file.'

export function notReadable(what: string): SpreadsheetRefused {
  return new SpreadsheetRefused('file-not-text', `The file is ${what}, which can’t be read here. ${SAVE_AS}`)
}

export function encrypted(): SpreadsheetRefused {
  return new SpreadsheetRefused(
    'file-encrypted',
    'The file is protected with a password, so it can’t be read. Open it in your spreadsheet, take the password off (in Excel: File, Info, Protect Workbook, Encrypt with Password, and empty the box), save it, and send it again.',
  )
}

export function withMacros(): SpreadsheetRefused {
  return new SpreadsheetRefused(
    'file-macros',
    `The file has macros (programs) in it, and such files aren’t taken. ${SAVE_AS}`,
  )
}

/** @param cause for whoever looks into it; a person is told the remedy */
export function damaged(cause: string): SpreadsheetRefused {
  return new SpreadsheetRefused(
    'file-damaged',
    'The file is damaged or did not arrive whole, so it can’t be read as a spreadsheet. Open it in your spreadsheet, save it again, and send that file.',
    { cause },
  )
}

/** @param length that a text would have, whose parts follow each other */
export function refuseLong(length: number): void {
  if (length > MOST_CELL_LENGTH) throw tooComplex('a cell that holds too much')
}

/** Would cost more than any spreadsheet that a person works with: made to do harm, or by a program gone wrong. */
export function tooComplex(cause: string): SpreadsheetRefused {
  return new SpreadsheetRefused(
    'file-too-complex',
    'The file unpacks to far more than a list of people needs, so it was not read. Copy the rows into a new workbook or save them as CSV UTF-8, and send that file.',
    { cause },
  )
}
