import { foldKey } from '../directory/address-name.ts'
import { ACCOUNT_FIELDS, type FieldValue, type PersonField } from '../directory/fields.ts'
import type { CellValue, RuleContext } from './cell-rules.ts'
import { CLEAR_WORD, UPLOAD_FORMAT, type UploadColumn, type UploadFormat } from './columns.ts'
import { type Headings, nameOf, wordOf } from './headings.ts'
import { type Fault, fault, type Problem, quoted, shorten } from './problem.ts'
import type { UploadedRow } from './read-rows.ts'
import { damageProblem } from './row-shape.ts'
import { isErrorValue, misreadOriginal } from './spreadsheet-damage.ts'

/** What `[clear]` is read as: the field is emptied. */
export const CLEAR = null

/** What a row says of an account: the filled cells only. An absent field isn't changed. */
export type RowValues = Partial<Record<PersonField, FieldValue>>

export type ValidatedRow = {
  row: number
  values: RowValues
  /** The account ID given. */
  id: number | null
  /** The local ID given, as in `values`. */
  localId: string | null
  /** With an error among them, the row is left out. */
  problems: Problem[]
}

export type ValidationContext = {
  organisation: {
    code: string
    sites: readonly { code: string; name: string }[]
    units: readonly { name: string }[]
  }
  /** Of the directory's own addresses: the setting MAIL_DOMAIN. */
  servedDomain: string
  mobileRequired: boolean
}

/** A row's cells as values, or what is wrong with them: every problem of the row, not the first alone. */
export function validateRow(row: UploadedRow, headings: Headings, context: ValidationContext): ValidatedRow {
  const read: ValidatedRow = { row: row.row, values: {}, id: null, localId: null, problems: [] }
  const { damage, warnings } = row.shape
  if (damage) {
    read.problems.push(damageProblem(damage, row.cells, headings))
    return read
  }
  read.problems.push(...warnings)
  const rules = ruleContext(context)
  for (const { at, word, column } of headings.columns) {
    const cell = row.cells[at]
    if (cell === undefined || cell === '') continue
    const text = tidy(cell)
    if (text === '') continue
    const outcome = readCell(text, column, rules, context)
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

/**
 * What a row lacks to make an account, once matching has shown that it would make one. Columns that have an error
 * already are passed over.
 */
export function missingForCreate(
  { values, problems }: ValidatedRow,
  { mobileRequired, headingOf }: { mobileRequired: boolean; headingOf: (field: PersonField) => string },
  format: UploadFormat = UPLOAD_FORMAT,
): Problem[] {
  return format.columns.flatMap(({ name, create }) => {
    const isRequired = create === 'required' || (create === 'required-by-setting' && mobileRequired)
    if (!isRequired || name === 'id' || name === 'organisationCode') return []
    const word = headingOf(name)
    const hasProblem = problems.some(({ column, severity }) => column === word && severity === 'error')
    if (hasProblem || (values[name] ?? null) !== null) return []
    const message = `A new account needs ${word}, and the cell is empty. Fill it in.`
    return [{ column: word, code: 'required', message, value: null, severity: 'error' }]
  })
}

function readCell(
  text: string,
  column: UploadColumn,
  rules: RuleContext,
  context: ValidationContext,
): CellValue | typeof CLEAR | Fault<CellValue> {
  if (text.length > MOST_READ) return fault('too-long', tooLongToRead(text))
  if (text.length === CLEAR_WORD.length && text.toLowerCase() === CLEAR_WORD) return clear(column, context)
  if (UNREADABLE.test(text)) return unreadable(text)
  if (isErrorValue(text)) {
    return fault(
      'error-value',
      `${quoted(text)} is an error of your spreadsheet, not a value. Correct the formula or empty the cell.`,
    )
  }
  const outcome = column.rule(text, rules)
  if (typeof outcome !== 'string') return outcome
  const original = misreadOriginal(text)
  if (original === undefined) return outcome
  const message = `${quoted(text)} looks like ${quoted(original)} read in the wrong encoding. If it is, save the file as CSV UTF-8 and send it again.`
  return { severity: 'warning', code: 'wrong-encoding', message, reading: outcome }
}

function clear(
  column: UploadColumn,
  { mobileRequired }: ValidationContext,
): CellValue | null | Fault<CellValue> {
  const { name } = column
  const isIdentity = name === 'id' || name === 'organisationCode'
  const isRequired = isIdentity || ACCOUNT_FIELDS[name].required || (name === 'mobile' && mobileRequired)
  if (isRequired) {
    return fault(
      'cannot-clear',
      `${column.heading} can’t be emptied. Write a value, or leave the cell empty to keep what is there.`,
    )
  }
  return ACCOUNT_FIELDS[name].kind === 'boolean' ? false : CLEAR
}

function keep(read: ValidatedRow, column: UploadColumn, value: CellValue | null): void {
  if (column.name === 'id') read.id = value as number
  else if (column.name !== 'organisationCode') read.values[column.name] = value as FieldValue
  if (column.name === 'localId') read.localId = value as string
}

// A cell that was filled but wrong has its own problem: that the row lacks one would only confuse.
function requireIdentity(read: ValidatedRow, headings: Headings): void {
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

const NOT_ASCII = /[^\0-\x7f]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNREADABLE = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]/

/**
 * No value may be nearly as long, and in whatever is longer nothing is looked for: to bring a megabyte of accents into
 * their order takes minutes. In UTF-16 units, a letter and its accents apart.
 */
const MOST_READ = 4_000

/** Trimmed of blanks, no-break and invisible ones too, with LF for line ends, in NFC where it isn't too long to read. */
function tidy(cell: string): string {
  let text = cell.trim()
  if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n')
  if (!NOT_ASCII.test(text)) return text
  text = trimInvisible(text)
  return text.length > MOST_READ ? text : text.normalize('NFC')
}

function tooLongToRead(text: string): string {
  const length = text.length.toLocaleString('en-GB')
  return `${quoted(text)} has ${length} characters, more than any cell may have. Shorten it, or check that the row’s cells and quote marks (") are right.`
}

const INVISIBLE = /[\s\u200b-\u200f\u2060\ufeff]/

// By hand: a pattern anchored at the end is quadratic on a long run of blanks inside.
function trimInvisible(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && INVISIBLE.test(text[start] as string)) start++
  while (end > start && INVISIBLE.test(text[end - 1] as string)) end--
  return text.slice(start, end)
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

function unreadable(text: string): Fault<CellValue> {
  if (text.includes('\ufffd')) {
    return fault(
      'unreadable-character',
      `${quoted(text)} holds a character that was lost when the file was saved (�). Enter it again and save as CSV UTF-8.`,
    )
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const shown = text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, '□')
  return fault(
    'control-character',
    `${quoted(shown)} holds an invisible control character (□). Type the value again.`,
  )
}

const prepared = new WeakMap<ValidationContext, RuleContext>()

// Made once for an upload, not once for each of its rows.
function ruleContext(context: ValidationContext): RuleContext {
  let rules = prepared.get(context)
  if (!rules) {
    const { code, sites, units } = context.organisation
    const siteNames = new Map([
      ...sites.map((site) => [foldKey(site.name), site.name] as const),
      ...sites.map((site) => [foldKey(site.code), site.name] as const),
    ])
    const unitNames = new Map(units.map((unit) => [foldKey(unit.name), unit.name]))
    rules = {
      organisationCode: code,
      siteNamed: (text) => siteNames.get(foldKey(text)),
      unitNamed: (text) => unitNames.get(foldKey(text)),
      servedDomain: context.servedDomain,
    }
    prepared.set(context, rules)
  }
  return rules
}
