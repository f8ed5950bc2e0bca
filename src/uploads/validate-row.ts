import type { Wanted } from '../changes/plan/wanted.ts'
import type { Problem } from '../changes/problem.ts'
import { type Fault, quoted, shorten } from '../directory/fault.ts'
import type { FieldValue, PersonField } from '../directory/fields.ts'
import { tidyText } from '../directory/tidy-text.ts'
import type { CellValue } from './cell-rules.ts'
import type { UploadColumn } from './columns.ts'
import { type Finding, isFinding } from './damage/finding.ts'
import { type Headings, nameOf, wordOf } from './headings.ts'
import { CLEAR, readCell, type ValidationContext } from './read-cell.ts'
import type { UploadedRow } from './read-rows.ts'
import { damageProblem } from './row-shape.ts'

/** A row's cells as values, or what is wrong with them: every problem of the row, not the first alone. */
export function validateRow(row: UploadedRow, headings: Headings, context: ValidationContext): Wanted {
  const read: Wanted = { row: row.row, values: {}, id: null, localId: null, problems: [] }
  const { damage, warnings } = row.shape
  if (damage) {
    read.problems.push(damageProblem(damage, row.cells, headings))
    return read
  }
  read.problems.push(...warnings)
  let address: Cell | undefined
  for (const { at, word, column } of headings.columns) {
    const cell = row.cells[at]
    if (cell === undefined || cell === '') continue
    const isLast = at === row.cells.length - 1
    const known = context.known?.(column.name, isLast)
    const value = known?.find(cell)
    if (value !== undefined) {
      keep(read, column, value)
      continue
    }
    const text = tidyText(cell)
    if (text === '') continue
    if (column.name === 'emailAddress') {
      address = { text, word, column }
      continue
    }
    const outcome = readCell(text, column, context, isLast)
    if (isFinding(outcome)) doubt(read, { text, word, column }, outcome)
    else {
      keep(read, column, outcome)
      if (outcome !== CLEAR) known?.add(cell, outcome)
    }
  }
  if (context.rules.isOfSeveral) {
    requireOrganisation(read, row.cells, headings)
    // Nobody of this organisation is meant, though one may have the same local ID.
    if (read.problems.some(({ code }) => OF_NO_ORGANISATION.has(code)))
      return { row: row.row, values: {}, id: null, localId: null, problems: read.problems }
  }
  read.problems.push(...lostInIgnored(row.cells, headings))
  if (read.id === null && read.localId === null) requireIdentity(read, headings, address, context)
  return read
}

const OF_NO_ORGANISATION = new Set(['missing-organisation', 'no-such-organisation'])

type Cell = { text: string; word: string; column: UploadColumn }

/** What is wrong with a cell waits for the account; but for what tells whom the row is about, or where it belongs. */
function doubt(
  read: Wanted,
  { text, word, column }: Cell,
  { fault, reading, damage, meant, isSame }: Finding,
): void {
  const { name } = column
  const problem = fault && toProblem(fault, word, text)
  if (name === 'id' || name === 'emailAddress' || name === 'organisationCode' || name === 'version') {
    if (problem) read.problems.push(problem)
    if (problem?.severity !== 'error' && reading !== undefined) keep(read, column, reading)
    return
  }
  const field: PersonField = name
  const optional = { ...(damage && { damage }), ...(meant && { meant }), ...(isSame && { isSame }) }
  const taken = reading === undefined ? {} : { reading: reading as FieldValue }
  read.doubts = [...(read.doubts ?? []), { field, text, problem, ...taken, ...optional }]
  // Whom the row is like is looked for by what its cells were read as.
  if (problem?.severity !== 'error' && reading !== undefined) keep(read, column, reading)
  if (name === 'localId') read.localId = text
}

function keep(read: Wanted, column: UploadColumn, value: CellValue | null): void {
  if (column.name === 'id') read.id = value as number
  else if (column.name === 'version') read.version = value as number
  else if (column.name === 'emailAddress') read.address = value as string
  else if (column.name !== 'organisationCode') read.values[column.name] = value as FieldValue
  if (column.name === 'localId') read.localId = value as string
}

// A cell that was filled but wrong has its own problem. Saying that the row lacks it would only confuse.
function requireIdentity(
  read: Wanted,
  headings: Headings,
  address: Cell | undefined,
  context: ValidationContext,
): void {
  const words = (['localId', 'id', 'emailAddress'] as const)
    .map((name) => wordOf(headings, name))
    .filter((word) => word !== undefined)
  const told = [...read.problems, ...(read.doubts ?? []).flatMap(({ problem }) => problem ?? [])]
  if (told.some(({ column, severity }) => severity === 'error' && words.includes(column as string))) return
  if (address) {
    identifyByAddress(read, address, context)
    return
  }
  const message = `The row has no ${words.join(' and no ')}, so it can’t be told whom it is about. Fill it in.`
  read.problems.push({
    column: words[0] ?? null,
    code: 'missing-local-id',
    message,
    value: null,
    severity: 'error',
  })
}

function requireOrganisation(read: Wanted, cells: readonly string[], headings: Headings): void {
  const place = headings.columns.find(({ column }) => column.name === 'organisationCode')
  if (place && (cells[place.at] ?? '').trim() !== '') return
  const column = place?.word ?? null
  const message = 'In a file of several organisations each row must name its own. Write its code.'
  read.problems.push({ column, code: 'missing-organisation', message, value: null, severity: 'error' })
}

function identifyByAddress(read: Wanted, cell: Cell, context: ValidationContext): void {
  const outcome = readCell(cell.text, cell.column, context)
  if (!isFinding(outcome)) keep(read, cell.column, outcome)
  else if (outcome.fault || outcome.reading !== undefined) doubt(read, cell, outcome)
  else keep(read, cell.column, cell.text)
}

function toProblem(
  { severity, code, message }: Fault<CellValue | null>,
  column: string,
  text: string,
): Problem {
  return { column, code, message, value: shorten(withSigns(text), 200), severity }
}

/** Control characters as the signs for them, so that a page can show them: ␇. */
function withSigns(text: string): string {
  return text.replace(CONTROL, (character) => String.fromCharCode(0x2400 + character.charCodeAt(0)))
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f]/g

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
