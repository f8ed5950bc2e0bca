import { number } from '../words.ts'
export type MalformedCode =
  | 'text-after-quote'
  | 'unclosed-quote'
  | 'row-too-long'
  | 'too-many-columns'
  | 'nul-character'

/**
 * A file that can't be read as CSV without guessing. `row` is the record where it shows, `column` counts from 1.
 * The message leaves the row to whoever shows it.
 */
export class MalformedCsv extends Error {
  override name = 'MalformedCsv'
  readonly code: MalformedCode
  readonly row: number
  readonly column: number | undefined

  constructor(code: MalformedCode, row: number, column: number | undefined, message: string) {
    super(message)
    this.code = code
    this.row = row
    this.column = column
  }
}

export function textAfterQuote(row: number, column: number): MalformedCsv {
  return new MalformedCsv(
    'text-after-quote',
    row,
    column,
    `The cell in column ${column} begins with a quote mark ("), and text follows where the quote closes. ` +
      'A quote mark inside a quoted cell must be written twice (""). Correct that cell, or open the file in your ' +
      'spreadsheet and save it as CSV again.',
  )
}

export function unclosedQuote(row: number, column: number): MalformedCsv {
  return new MalformedCsv(
    'unclosed-quote',
    row,
    column,
    `The cell in column ${column} begins with a quote mark (") that is never closed, so all that follows ` +
      'would be read as one cell. Close the quote or remove it, and send the file again.',
  )
}

export function recordTooLong(row: number, openQuoteColumn: number | undefined): MalformedCsv {
  if (openQuoteColumn !== undefined) return unclosedQuote(row, openQuoteColumn)
  return new MalformedCsv(
    'row-too-long',
    row,
    undefined,
    'It is longer than 1 MB. Check that the file has one row for each person, and that its lines end.',
  )
}

/** @param column the one of the first cell that is beyond `most` and filled */
export function tooManyColumns(row: number, column: number, most: number): MalformedCsv {
  return new MalformedCsv(
    'too-many-columns',
    row,
    column,
    `The cell in column ${number(column)} is filled, and a file may have at most ${number(most)} columns. ` +
      'Remove the columns that are not needed, check that each person stands in a row of their own, and send the ' +
      'file again.',
  )
}

export function nulCharacter(row: number, column: number): MalformedCsv {
  return new MalformedCsv(
    'nul-character',
    row,
    column,
    `The cell in column ${column} holds a NUL character, which no text has: the file is damaged. ` +
      'Save it again from your spreadsheet as CSV UTF-8.',
  )
}
