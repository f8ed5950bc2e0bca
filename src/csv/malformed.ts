import { count, number } from '../words.ts'

export type MalformedCode =
  | 'text-after-quote'
  | 'unclosed-quote'
  | 'row-too-long'
  | 'too-many-columns'
  | 'nul-character'
  | 'swallowed-rows'
  | 'stray-quote'
  | 'unlike-rows'

/**
 * What can't be read as CSV without guessing. `row` is the record where it shows, `column` counts from 1. The message
 * leaves the row to whoever shows it.
 */
export type Malformed = { code: MalformedCode; row: number; column: number | undefined; message: string }

/** A file that can't be read because of it. */
export class MalformedCsv extends Error {
  override name = 'MalformedCsv'
  readonly fault: Malformed

  constructor(fault: Malformed) {
    super(fault.message)
    this.fault = fault
  }
}

export function textAfterQuote(row: number, column: number): Malformed {
  return {
    code: 'text-after-quote',
    row,
    column,
    message:
      `The cell in column ${column} begins with a quote mark ("), and text follows where the quote closes. ` +
      'A quote mark inside a quoted cell must be written twice (""). Correct that cell, or open the file in your ' +
      'spreadsheet and save it as CSV again.',
  }
}

export function unclosedQuote(row: number, column: number): Malformed {
  return {
    code: 'unclosed-quote',
    row,
    column,
    message:
      `The cell in column ${column} begins with a quote mark (") that is never closed, so all that follows ` +
      'would be read as one cell. Close the quote or remove it, and send the file again.',
  }
}

export function recordTooLong(row: number, openQuoteColumn: number | undefined): Malformed {
  if (openQuoteColumn !== undefined) return unclosedQuote(row, openQuoteColumn)
  return {
    code: 'row-too-long',
    row,
    column: undefined,
    message:
      'It is longer than 1 MB. Check that the file has one row for each person, and that its lines end.',
  }
}

/** @param column the one of the first cell that is beyond `most` and filled */
export function tooManyColumns(row: number, column: number, most: number): Malformed {
  return {
    code: 'too-many-columns',
    row,
    column,
    message:
      `The cell in column ${number(column)} is filled, and a file may have at most ${number(most)} columns. ` +
      'Remove the columns that are not needed, check that each person stands in a row of their own, and send the ' +
      'file again.',
  }
}

export function nulCharacter(row: number, column: number): Malformed {
  return {
    code: 'nul-character',
    row,
    column,
    message:
      `The cell in column ${column} holds a NUL character, which no text has: the file is damaged. ` +
      'Save it again from your spreadsheet as CSV UTF-8.',
  }
}

export function swallowedRows(row: number): Malformed {
  return {
    code: 'swallowed-rows',
    row,
    column: undefined,
    message:
      'A quote mark (") opens a cell in this row and closes it rows later, so that it would swallow the rows between. ' +
      'They were read as rows of their own. Remove the quote mark, or write it twice, and send this row again.',
  }
}

export function strayQuote(row: number): Malformed {
  return {
    code: 'stray-quote',
    row,
    column: undefined,
    message:
      'The row holds a quote mark (") that has no other half in it, and a row above it has one too. Remove the quote ' +
      'mark, or write it twice, and send this row again.',
  }
}

/** @param cells that the line has, where the headings are `expected` */
export function unlikeRows(row: number, cells: number, expected: number): Malformed {
  return {
    code: 'unlike-rows',
    row,
    column: undefined,
    message:
      `The row stands below one with a stray quote mark ("), and has ${count(cells, 'cell')} where the heading row has ${number(expected)}: ` +
      'it may be a part of it. Correct both in your spreadsheet, and send them again.',
  }
}
