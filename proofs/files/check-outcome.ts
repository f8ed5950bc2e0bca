import { fieldsOf, isBlank, plainHeading, type Reading, type Reason } from './reference-reader.ts'
import type { Outcome, PlannedRow } from './send-file.ts'

export type Read = Extract<Outcome, { kind: 'read' }>

/** What differs between the portal's answer and what a careful person would have read, in words. */
export function readingFaults(outcome: Outcome, reading: Reading): string[] {
  if (outcome.kind === 'read') {
    if (reading.kind === 'useless') return [...planFaults(outcome), ...untold(outcome, reading.reasons)]
    if (outcome.planned.some(isResumed)) return planFaults(outcome)
    return [...tableFaults(outcome, reading), ...planFaults(outcome)]
  }
  if (outcome.message.trim() === '') return [`${outcome.code} without a reason`]
  if (reading.kind === 'table') return [`${outcome.code}, though it can be read: ${outcome.message}`]
  // Archives and the like are told apart further there, by what they hold.
  const kind = /^file-(?:damaged|encrypted|macros)$/.test(outcome.code) ? 'file-not-text' : outcome.code
  const reason = reading.reasons.find(({ code }) => code === kind)
  // Of several faults of one row, and where no delimiter shows, each reader may meet another one first.
  const isOfRow = OF_ONE_ROW.test(outcome.code) && reading.reasons.some(({ code }) => OF_ONE_ROW.test(code))
  if (isOfRow && (!reason || reason.code === 'nul-character')) return []
  if (!reason) return [`${outcome.code}, not ${reading.reasons.map(({ code }) => code).join(', ')}`]
  return placeFaults(outcome.message, reason)
}

const OF_ONE_ROW = /^(?:text-after-quote|unclosed-quote|nul-character|too-many-columns)$/

// A row that can't be read costs itself: it is an error, and the reader has taken up again below it.
function untold({ planned }: Read, reasons: readonly Reason[]): string[] {
  const whole = reasons.filter(({ code }) => !OF_ONE_ROW.test(code))
  if (whole.length > 0) return [`read, though ${whole.map(({ code }) => code).join(', ')}`]
  return reasons.flatMap(({ code, row }) =>
    planned.some((one) => one.row === row && one.action === 'error') ? [] : [`row ${row}: ${code} untold`],
  )
}

/** Whether the row was split, or is one of those that a quote mark would have made one: where, only the reader knows. */
function isResumed({ problems }: PlannedRow): boolean {
  return problems.some(({ code }) => /^(?:swallowed-rows|stray-quote|unlike-rows)$/.test(code))
}

/** What is wrong with a table that was read, cell by cell. */
export function tableFaults(
  read: Read,
  meant: { encoding: string; delimiter: string; headingRow: number; records: readonly (readonly string[])[] },
): string[] {
  const faults: string[] = []
  const same = (what: string, is: unknown, wanted: unknown) => {
    if (is !== wanted) faults.push(`${what} ${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`)
  }
  same('encoding', read.encoding, meant.encoding)
  same('delimiter', read.delimiter, meant.delimiter)
  same('heading row', read.headingRow, meant.headingRow)
  same('rows', read.kept.length, meant.records.length)
  const [headings = []] = meant.records
  for (const [at, cells] of meant.records.entries()) {
    if (faults.length > 5) break
    const kept = read.kept[at] ?? []
    const fitted = at > 0 ? cut(cells, headings.length, meant.delimiter) : cells
    const joinedBy = fitted === cells ? null : meant.delimiter
    if (!sameCells(kept, fitted, headings, at > 0, joinedBy)) {
      const wanted = shown(padded(fitted, headings.length))
      faults.push(`cells of row ${at + meant.headingRow}: ${shown(kept)}, not ${wanted}`)
    }
  }
  return faults
}

/** Faults of the plan itself: a row without an answer, an error without a place, a value that is not the cell's. */
export function planFaults({ kept, headingRow, planned }: Read): string[] {
  const [headings = [], ...rows] = kept
  const faults: string[] = []
  const byRow = new Map(planned.map((row) => [row.row, row]))
  const filled = rows.filter((cells) => !isBlank(cells)).length
  if (planned.length !== filled && !isEmptied(headings))
    faults.push(`${planned.length} rows planned, ${filled} filled`)
  for (const [at, cells] of rows.entries()) {
    const row = byRow.get(headingRow + 1 + at)
    if (isBlank(cells)) continue
    if (!row) faults.push(`row ${headingRow + 1 + at} has no plan`)
    else faults.push(...problemFaults(row, headings), ...valueFaults(row, headings, cells))
  }
  return faults.slice(0, 5)
}

const OF_SHAPE = /^(?:uneven-row|too-(?:many|few)-cells|other-delimiter|headings-again|swallowed-rows)$/

/** What was said against the shape of rows that are whole: said without a cause, nobody would read it any more. */
export function falseAlarms({ planned }: Read): string[] {
  return planned.flatMap(({ row, problems }) =>
    problems
      .filter(({ code }) => OF_SHAPE.test(code))
      .map(({ code }) => `row ${row}: ${code} without a cause`),
  )
}

/** Whether a row is let through without a word. */
export function isSilent({ action, problems }: PlannedRow): boolean {
  return action !== 'error' && problems.length === 0
}

/** Whether the headings have a column of passwords: its cells are emptied, and others where it may have moved. */
export function isEmptied(headings: readonly string[]): boolean {
  return headings.some((word) => /password/.test(plainHeading(word)))
}

// Damaged sequences of bytes are one U+FFFD or several: decoders differ, and the person sees a lost character.
function sameCells(
  kept: readonly string[],
  cells: readonly string[],
  headings: readonly string[],
  isRow: boolean,
  joinedBy: string | null,
): boolean {
  const meant = isRow && !isBlank(cells) ? padded(cells, headings.length) : cells
  const mayBeEmpty = isRow && isEmptied(headings)
  return (
    kept.length === meant.length &&
    kept.every((cell, at) => {
      const word = plainHeading(headings[at] ?? '')
      if (mayBeEmpty && /password/.test(word)) return cell === ''
      if (mayBeEmpty && cell === '' && cells.length !== headings.length) return true
      if (mayBeEmpty && cell === '' && meant.some((one) => /[\r\n]/.test(one))) return true
      if (mayBeEmpty && joinedBy !== null && at === headings.length - 1)
        return cell.split(joinedBy).every((part) => part === '' || meant[at]?.includes(part))
      return onlyOne(cell) === onlyOne(meant[at] as string)
    })
  )
}

function problemFaults({ row, action, problems }: PlannedRow, headings: readonly string[]): string[] {
  const faults: string[] = []
  const words = headings.map((word) => word.trim())
  if (action === 'error' && !problems.some(({ severity }) => severity === 'error'))
    faults.push(`row ${row} is an error without a reason`)
  for (const { column, code, message } of problems) {
    if (message.trim() === '') faults.push(`row ${row}: ${code} without a message`)
    if (column !== null && !words.includes(column)) faults.push(`row ${row}: ${code} in no column: ${column}`)
  }
  return faults
}

const TEXTS = new Set(
  'localId title firstName middleName lastName jobTitle department telephone secondaryEmail description'.split(
    ' ',
  ),
)
const YES = /^(?:yes|y|true|1)$/i

/** For a row that would create: each filled cell is the value of its heading's field, and there is no other value. */
function valueFaults(planned: PlannedRow, headings: readonly string[], cells: readonly string[]): string[] {
  if (planned.action !== 'create') return []
  const faults: string[] = []
  const values = new Map(planned.changes.map((change) => [change.field, change.new]))
  for (const [at, field] of fieldsOf(headings).entries()) {
    if (field === undefined) continue
    const text = tidied(cells[at] ?? '')
    const value = values.get(field) ?? null
    if (isMeant(field, text, value)) continue
    faults.push(
      `row ${planned.row}: ${field} is ${JSON.stringify(value)}, the cell ${JSON.stringify(shorten(text))}`,
    )
  }
  return faults
}

function isMeant(field: string, text: string, value: unknown): boolean {
  // What a row is about, and where: a new account has an address proposed, whatever the cell says.
  if (field === 'id' || field === 'organisationCode' || field === 'emailAddress') return true
  if (text === '' || text.toLowerCase() === '[clear]') return value === null || value === false
  if (field === 'telephone') return LOST.map((lost) => lost + plain(text)).includes(String(value))
  if (TEXTS.has(field))
    return typeof value === 'string' && plain(value) === plain(text) && isTidy(field, value)
  if (field === 'mobile') return value === `+44${text.replace(/[^0-9]/g, '').slice(-10)}`
  if (field.startsWith('hide')) return value === YES.test(text)
  return typeof value === 'string' && value !== '' // a site by its code or its name, a unit by its name
}

/** What a spreadsheet may have lost of a telephone number: it is put back, with a warning. */
const LOST = ['', '0', '+']

// What nobody sees, or sees as one blank, doesn't make another value; nor does a formula of nothing but a text.
function plain(text: string): string {
  const bare = /^="(.*)"$/s.exec(text)?.[1] ?? text
  return bare.replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '').replace(/[^\S\n]+/g, ' ')
}

function isTidy(field: string, value: string): boolean {
  return field === 'description' || !/[^\S\n]{2}/.test(value)
}

function tidied(cell: string): string {
  const ends = /^[\s\u200b-\u200f\u2060\ufeff]+|[\s\u200b-\u200f\u2060\ufeff]+$/g
  return cell.replace(ends, '').replace(/\r\n?/g, '\n').normalize('NFC')
}

function placeFaults(message: string, { row, column }: Reason): string[] {
  const faults: string[] = []
  if (row !== undefined && !message.startsWith(`Row ${row}: `))
    faults.push(`row ${row} isn’t named: ${message}`)
  if (column !== undefined && !message.includes(`column ${column} `))
    faults.push(`column ${column} isn’t named: ${message}`)
  return faults
}

function padded(cells: readonly string[], width: number): readonly string[] {
  return cells.length >= width ? cells : [...cells, ...Array<string>(width - cells.length).fill('')]
}

// Cells that are too many stand together in the last one.
function cut(cells: readonly string[], width: number, delimiter: string): readonly string[] {
  if (cells.length <= width) return cells
  return [...cells.slice(0, width - 1), cells.slice(width - 1).join(delimiter)]
}

function onlyOne(cell: string): string {
  return cell.includes('\ufffd') ? cell.replace(/\ufffd+/g, '\ufffd') : cell
}

function shown(cells: readonly string[]): string {
  return JSON.stringify(cells.slice(0, 30).map(shorten))
}

function shorten(cell: string): string {
  return cell.length > 60 ? `${cell.slice(0, 60)}… (${cell.length})` : cell
}
