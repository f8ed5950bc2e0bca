import { isRequired, type Wanted } from '../changes/plan/wanted.ts'
import type { Problem } from '../changes/problem.ts'
import { type Fault, fault, quoted, shorten } from '../directory/fault.ts'
import { ACCOUNT_FIELDS, type FieldValue } from '../directory/fields.ts'
import { controlCharacterIn, MOST_READ, tidyText } from '../directory/tidy-text.ts'
import type { RuleContext } from '../directory/value-rules.ts'
import { number } from '../words.ts'
import type { CellValue } from './cell-rules.ts'
import { CLEAR_WORD, type UploadColumn } from './columns.ts'
import { type Headings, nameOf, wordOf } from './headings.ts'
import type { UploadedRow } from './read-rows.ts'
import { damageProblem } from './row-shape.ts'
import { isErrorValue, misreadOriginal } from './spreadsheet-damage.ts'

/** What `[clear]` is read as: the field is emptied. */
export const CLEAR = null

export type ValidationContext = { rules: RuleContext; mobileRequired: boolean }

/** A row's cells as values, or what is wrong with them: every problem of the row, not the first alone. */
export function validateRow(row: UploadedRow, headings: Headings, context: ValidationContext): Wanted {
  const read: Wanted = { row: row.row, values: {}, id: null, localId: null, problems: [] }
  const { damage, warnings } = row.shape
  if (damage) {
    read.problems.push(damageProblem(damage, row.cells, headings))
    return read
  }
  read.problems.push(...warnings)
  for (const { at, word, column } of headings.columns) {
    const cell = row.cells[at]
    if (cell === undefined || cell === '') continue
    const text = tidyText(cell)
    if (text === '') continue
    const outcome = readCell(text, column, context)
    if (typeof outcome !== 'object' || outcome === null) keep(read, column, outcome)
    else {
      read.problems.push(toProblem(outcome, word, text))
      if (outcome.severity === 'warning') keep(read, column, outcome.reading)
    }
  }
  read.problems.push(...lostInIgnored(row.cells, headings))
  if (read.id === null && read.localId === null) requireIdentity(read, headings)
  return read
}

function readCell(
  text: string,
  column: UploadColumn,
  context: ValidationContext,
): CellValue | typeof CLEAR | Fault<CellValue> {
  if (text.length > MOST_READ) return fault('too-long', tooLongToRead(text))
  if (text.length === CLEAR_WORD.length && text.toLowerCase() === CLEAR_WORD) return clear(column, context)
  const unreadable = text.includes('\ufffd') ? lostCharacter(text) : controlCharacterIn(text)
  if (unreadable) return unreadable
  if (isErrorValue(text)) {
    return fault(
      'error-value',
      `${quoted(text)} is an error of your spreadsheet, not a value. Correct the formula or empty the cell.`,
    )
  }
  const outcome = column.rule(text, context.rules)
  if (typeof outcome !== 'string') return outcome
  const original = misreadOriginal(text)
  if (original === undefined) return outcome
  const message = `${quoted(text)} looks like ${quoted(original)} read in the wrong encoding. If it is, save the file as CSV UTF-8 and send it again.`
  return { severity: 'warning', code: 'wrong-encoding', message, reading: outcome }
}

function clear(column: UploadColumn, context: ValidationContext): CellValue | null | Fault<CellValue> {
  const { name } = column
  if (name === 'id' || name === 'organisationCode' || isRequired(name, context)) {
    return fault(
      'cannot-clear',
      `${column.heading} can’t be emptied. Write a value, or leave the cell empty to keep what is there.`,
    )
  }
  return ACCOUNT_FIELDS[name].kind === 'boolean' ? false : CLEAR
}

function keep(read: Wanted, column: UploadColumn, value: CellValue | null): void {
  if (column.name === 'id') read.id = value as number
  else if (column.name !== 'organisationCode') read.values[column.name] = value as FieldValue
  if (column.name === 'localId') read.localId = value as string
}

// A cell that was filled but wrong has its own problem: that the row lacks one would only confuse.
function requireIdentity(read: Wanted, headings: Headings): void {
  const words = [wordOf(headings, 'localId'), wordOf(headings, 'id')].filter((word) => word !== undefined)
  if (read.problems.some(({ column, severity }) => severity === 'error' && words.includes(column as string)))
    return
  const message = `The row has no ${words.join(' and no ')}, so it can’t be told whom it is about. Fill it in.`
  read.problems.push({
    column: words[0] ?? null,
    code: 'missing-local-id',
    message,
    value: null,
    severity: 'error',
  })
}

function toProblem({ severity, code, message }: Fault<CellValue>, column: string, text: string): Problem {
  return { column, code, message, value: shorten(text, 200), severity }
}

function tooLongToRead(text: string): string {
  return `${quoted(text)} has ${number(text.length)} characters, more than any cell may have. Shorten it, or check that the row’s cells and quote marks (") are right.`
}

// The column isn't read, but it comes back in the results file, and what was lost mustn't be lost without a word.
function lostInIgnored(cells: readonly string[], headings: Headings): Problem[] {
  const problems: Problem[] = []
  for (const at of headings.ignored) {
    if (at >= cells.length || problems.length === MOST_LOST) break
    const cell = cells[at] as string
    if (!cell.includes('\ufffd')) continue
    const message = `${quoted(cell)} holds a character that was lost when the file was saved (�). The column isn’t read, so the rest of the row is.`
    const column = nameOf(headings, at) || null
    const value = shorten(cell, 200)
    problems.push({ column, code: 'unreadable-character', message, value, severity: 'warning' })
  }
  return problems
}

/** Of a row's columns that aren't read so many are named: who reads these looks at the others too. */
const MOST_LOST = 5

function lostCharacter(text: string): Fault<CellValue> {
  return fault(
    'unreadable-character',
    `${quoted(text)} holds a character that was lost when the file was saved (�). Enter it again and save as CSV UTF-8.`,
  )
}
