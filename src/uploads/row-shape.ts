import type { Problem } from '../changes/problem.ts'
import type { Malformed, MalformedCode } from '../csv/malformed.ts'
import { quoted } from '../directory/fault.ts'
import type { UploadFormat } from './columns.ts'
import { countKnown, foldHeading } from './heading-words.ts'
import { type Headings, nameOf } from './headings.ts'
import { type Swallowing, swallowingCell } from './swallowed-rows.ts'

/** Why a row's cells can't be told apart for certain. `at` is the cell where it shows. */
export type RowDamage = {
  code:
    | 'too-many-cells'
    | 'too-few-cells'
    | 'swallowed-rows'
    | 'unpaired-quotes'
    | 'other-delimiter'
    | 'other-quotes'
    | 'headings-again'
    | MalformedCode
  at: number | null
  /** Of a line that can't be read as CSV, what the reader says of it. */
  message?: string
  /** The row as it stands in the file, in short; none where it may hold a password. */
  raw?: string
}

/** How a row's cells fit the headings: damaged, or read all the same with something to look at. */
export type RowShape = { damage: RowDamage | null; warnings: readonly Problem[] }

/** Of a row that fits, as nearly all do. */
export const FITTING: RowShape = { damage: null, warnings: [] }

/** Of a line that can't be read as CSV. */
export function brokenLine({ code, message }: Malformed): RowShape {
  return { damage: { code, at: null, message }, warnings: [] }
}

/** Where a row stands: right under the headings, without two more beside it that have as many cells, or with them. */
export type Place = 'first' | 'alone' | 'among'

export type Surroundings = {
  delimiter: string
  format: UploadFormat
  place: Place
  /** The cells that hold a quote mark and stand in none. */
  bare?: readonly number[] | undefined
}

/**
 * How a row's cells fit the headings. Empty cells too many and missing ones are no damage: Excel adds and drops them, in
 * many rows one below the other, and not right under the headings. Elsewhere it is more likely that a delimiter or a
 * line end was lost or added, and cells stand in the wrong columns. Where the file has a column of passwords both are
 * damage: a password would come under another heading, and be shown.
 */
export function shapeOf(cells: readonly string[], headings: Headings, around: Surroundings): RowShape {
  const swallowing = swallowingCell(cells, headings, around.delimiter)
  const damage = damageOf(cells, headings, around, swallowing)
  if (damage) return { damage, warnings: [] }
  const { length } = headings.words
  const isUneven = around.place !== 'among' && cells.length !== length && !endsBeforeNameless(cells, headings)
  const lost = lostPassword(cells, headings)
  if (!isUneven && !swallowing && lost === undefined) return FITTING
  return {
    damage,
    warnings: [
      ...(isUneven ? [uneven(cells, headings, around.place)] : []),
      ...(swallowing ? [likeRows(swallowing.at, headings)] : []),
      ...(lost === undefined ? [] : [lostInPassword(lost, headings)]),
    ],
  }
}

function damageOf(
  cells: readonly string[],
  headings: Headings,
  { delimiter, format, place, bare }: Surroundings,
  swallowing: Swallowing | undefined,
): RowDamage | null {
  const expected = headings.words.length
  const hasPasswords = headings.passwords.length > 0
  if (swallowing && (swallowing.isSure || hasPasswords)) return { code: 'swallowed-rows', at: swallowing.at }
  if (cells.length < expected && hasOtherDelimiter(cells, expected, delimiter))
    return { code: 'other-delimiter', at: null }
  if (!hasPasswords && areInApostrophes(cells)) return { code: 'other-quotes', at: null }
  if (place === 'first' && countKnown(cells, format) >= FEW_HEADINGS)
    return { code: 'headings-again', at: null }
  const hasMore = cells.length > expected
  if (hasMore && (hasPasswords || cells.some((cell, at) => at >= expected && cell.trim() !== ''))) {
    return { code: 'too-many-cells', at: null }
  }
  if (cells.length < expected && hasPasswords) return { code: 'too-few-cells', at: null }
  const torn = bare && tornCell(cells, bare)
  if (torn !== undefined) return { code: 'unpaired-quotes', at: torn }
  return areHeadings(cells, headings) ? { code: 'headings-again', at: null } : null
}

/** `'0012','Ann','Lee'` in a file whose headings don't stand so: another program has written the row. */
function areInApostrophes(cells: readonly string[]): boolean {
  if (!cells.find((cell) => cell !== '' && cell.trim() !== '')?.includes("'")) return false
  const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== '')
  const quoted = filled.map((cell) => cell.length > 1 && cell.startsWith("'") && cell.endsWith("'"))
  const count = quoted.filter(Boolean).length
  return quoted[0] === true && count > 1 && count * 2 > filled.length
}

/**
 * `Porter"Nights` and, in a later cell, `weekends"`: a delimiter was lost before a quote mark, and the next one in the
 * quoted cell took its place. In `6" pipe` a quote mark stands alone, and no other cell ends with one.
 */
function tornCell(cells: readonly string[], bare: readonly number[]): number | undefined {
  const odd = bare.filter((at) => isOdd(cells[at] ?? ''))
  const opened = odd.find((at) => /[^\s"]"[^\s"]/.test(cells[at] as string))
  const isClosed = (at: number) => at > (opened ?? at) && /"\s*$/.test(cells[at] as string)
  return odd.some(isClosed) ? opened : undefined
}

function isOdd(cell: string): boolean {
  return cell.split('"').length % 2 === 0
}

/** A heading row that a line end has cut in two leaves so many below it; a person's cells are never so many headings. */
const FEW_HEADINGS = 3

// Columns at the end that have no heading may be left out.
function endsBeforeNameless(cells: readonly string[], { words, named }: Headings): boolean {
  return cells.length < words.length && cells.length >= named
}

function uneven(cells: readonly string[], headings: Headings, place: Place): Problem {
  const taken =
    cells.length < headings.words.length ? 'The missing ones were taken as empty' : 'Those too many are empty'
  const whose = place === 'first' ? 'this row’s cells, and those of the rows below,' : 'this row’s cells'
  const message = `${counted(cells, headings)}. ${taken}: check that ${whose} stand in the right columns.`
  return { column: null, code: 'uneven-row', message, value: null, severity: 'warning' }
}

function likeRows(at: number, headings: Headings): Problem {
  const column = nameOf(headings, at)
  const message =
    'The cell looks like rows of the file: check that a quote mark (") in it hasn’t swallowed the rows below.'
  return { column, code: 'swallowed-rows', message, value: null, severity: 'warning' }
}

function lostPassword(cells: readonly string[], { passwords }: Headings): number | undefined {
  for (const at of passwords) {
    if (at >= cells.length) return undefined
    if (cells[at]?.includes('\ufffd')) return at
  }
  return undefined
}

// It is emptied, so this is the last place to see it: a byte too many in UTF-16 makes one cell of all rows below.
function lostInPassword(at: number, headings: Headings): Problem {
  const column = nameOf(headings, at)
  const message = `The cell under ${quoted(column)} holds a character that was lost when the file was saved (�). The column isn’t read: check that the rest of the row is right, and that no row below it is missing.`
  return { column, code: 'unreadable-character', message, value: null, severity: 'warning' }
}

/**
 * Empties the cells that hold a password, or may: in a row with cells too many or too few, those into which it may
 * have moved, and cells with line breaks, which may be two rows; in one that has swallowed others, the cell with the
 * others' passwords and all that follow. Of one under another delimiter, or with stray quotes, all cells are.
 */
export function clearPasswords(cells: string[], headings: Headings, damage: RowDamage | null): void {
  const surplus = cells.length - headings.words.length
  let next = 0 // no cell twice: there may be as many columns of passwords as cells
  for (const password of headings.passwords) {
    if (next >= cells.length) break
    const first = Math.max(next, password + Math.min(0, surplus))
    const last = Math.min(cells.length - 1, password + Math.max(0, surplus))
    for (let at = first; at <= last; at++) cells[at] = ''
    next = Math.max(next, last + 1)
  }
  if (damage && isUnknowable(damage)) cells.fill('')
  else if (damage?.code === 'swallowed-rows' && damage.at !== null) {
    for (let at = damage.at; at < cells.length; at++) cells[at] = ''
  } else if (damage) {
    for (let at = 0; at < cells.length; at++) if (LINE_BREAK.test(cells[at] as string)) cells[at] = ''
  }
}

/** Of such a row nobody can tell which cells hold what. */
export function isUnknowable({ code, message }: RowDamage): boolean {
  return message !== undefined || code === 'other-delimiter' || code === 'unpaired-quotes'
}

const LINE_BREAK = /[\r\n]/

/** The damage as the person is told of it. */
export function damageProblem(damage: RowDamage, cells: readonly string[], headings: Headings): Problem {
  const found = counted(cells, headings)
  const whole = (message: string): Problem => {
    return { column: null, code: damage.code, message, value: damage.raw ?? null, severity: 'error' }
  }
  if (damage.message !== undefined) return whole(damage.message)
  switch (damage.code) {
    case 'swallowed-rows': {
      const word = nameOf(headings, damage.at ?? 0)
      const message = `The cell under ${quoted(word)} has swallowed the rows below it: a quote mark (") opens it and closes rows later. Remove the quote mark or close it, and send these rows again.`
      return { ...whole(message), column: word }
    }
    case 'unpaired-quotes': {
      const word = nameOf(headings, damage.at ?? 0)
      const message = `The cell under ${quoted(word)} holds one half of a pair of quote marks ("), and a cell further right the other: what separates two cells was probably lost before it. Correct the row, and send it again.`
      return { ...whole(message), column: word }
    }
    case 'too-many-cells':
      return whole(
        `${found}. A comma inside a cell without quotes is the usual reason: correct the row in your spreadsheet and save it again.`,
      )
    case 'too-few-cells':
      return whole(
        `${found}. In a file with a column of passwords every row must have a cell for each heading: correct the row, or remove that column.`,
      )
    case 'other-quotes':
      return whole(
        'The row’s cells stand in apostrophes, and those of the other rows don’t. Remove the apostrophes around its cells, and send the row again.',
      )
    case 'other-delimiter':
      return whole(
        'The row’s cells are separated by another character than the headings are. Open the file in your spreadsheet, put the row’s cells under the headings, and save it again.',
      )
    default:
      return whole('The row holds headings, not a person. Remove it, or join it to the heading row.')
  }
}

function counted(cells: readonly string[], headings: Headings): string {
  const cell = cells.length === 1 ? 'cell' : 'cells'
  return `The row has ${cells.length} ${cell}, and the heading row has ${headings.words.length}`
}

/** A colon stands in too many cells. */
const OTHER_DELIMITERS = [',', ';', '\t', '|']

function hasOtherDelimiter(cells: readonly string[], headingCount: number, delimiter: string): boolean {
  return OTHER_DELIMITERS.some(
    (other) =>
      other !== delimiter && cells[0]?.includes(other) && cells.join('').split(other).length >= headingCount,
  )
}

// Two files put one below the other. Nearly every row is told apart by a letter.
function areHeadings(cells: readonly string[], { words, named, columns }: Headings): boolean {
  const [first] = columns
  if (!first || cells.length < named || !beginAlike(withoutMark(cells[first.at] ?? ''), first.word))
    return false
  return words
    .slice(0, cells.length)
    .every((word, at) => foldHeading(word) === foldHeading(withoutMark(cells[at] ?? '')))
}

// A byte order mark at a row's beginning, as the second file has it, makes characters of the first cell's quotes.
function withoutMark(cell: string): string {
  return cell.startsWith('\ufeff') ? cell.replace(/^\ufeff"(.*)"$/, '$1') : cell
}

function beginAlike(cell: string, word: string): boolean {
  return cell.trimStart().slice(0, 1).toLowerCase() === word.slice(0, 1).toLowerCase()
}
