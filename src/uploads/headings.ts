import type { Mode } from '../changes/plan/wanted.ts'
import { quoted, shorten } from '../directory/fault.ts'
import type { ColumnName, UploadColumn, UploadFormat } from './columns.ts'
import { meaningOf, nearestHeading } from './heading-words.ts'
import { FileRejected } from './rejected.ts'
import type { NearMiss } from './upload.ts'

/** A heading row, understood. Positions count cells from 0. */
export type Headings = {
  /** The row in which it stands: 1, but for blank rows above it. */
  row: number
  /** Every heading word as the person wrote it. */
  words: string[]
  /** How many of them there are up to the last that isn't blank: spreadsheets leave empty columns at the end. */
  named: number
  columns: { at: number; word: string; column: UploadColumn }[]
  /** Kept as they are, and named as ignored. */
  ignored: number[]
  /** Emptied in every row. */
  passwords: number[]
  /** Our own, from a results file sent back: replaced there. */
  results: number[]
}

/**
 * Which column is which.
 * @throws FileRejected when the row is no heading row, or names a column twice
 */
export function readHeadings(cells: readonly string[], row: number, format: UploadFormat): Headings {
  const headings = sortHeadings(cells, row, format)
  if (headings.columns.length === 0) throw noHeadingRow(format)
  refuseRepeated(headings)
  return headings
}

/** The same of any row, fit to be used or not. */
export function sortHeadings(cells: readonly string[], row: number, format: UploadFormat): Headings {
  const headings: Headings = {
    row,
    words: [...cells],
    named: cells.findLastIndex((word) => word.trim() !== '') + 1,
    columns: [],
    ignored: [],
    passwords: [],
    results: [],
  }
  const guessed = new Map<UploadColumn, number[]>()
  for (const [at, word] of cells.entries()) {
    const meant = meaningOf(word, format)
    if (meant === 'password') headings.passwords.push(at)
    else if (meant === undefined) headings.ignored.push(at)
    else if (meant === 'result' || (meant.mayBeResult && headings.results.length > 0))
      headings.results.push(at)
    else if (meant.isSure) headings.columns.push({ at, word: nameOf(headings, at), column: meant.column })
    else guessed.set(meant.column, [...(guessed.get(meant.column) ?? []), at])
  }
  for (const [column, places] of guessed) {
    const [at = 0, ...others] = places
    const isAlone = others.length === 0 && !headings.columns.some((one) => one.column === column)
    if (isAlone) headings.columns.push({ at, word: nameOf(headings, at), column })
    else headings.ignored.push(...places)
  }
  headings.columns.sort((one, other) => one.at - other.at)
  headings.ignored.sort((one, other) => one - other)
  return headings
}

/**
 * Refuses a file that lacks a heading which each of its rows would need.
 * @throws FileRejected
 */
export function requireHeadings(
  headings: Headings,
  format: UploadFormat,
  { mode, mobileRequired }: { mode: Mode; mobileRequired: boolean },
): void {
  const missing = format.columns.filter((column) => !wordOf(headings, column.name) && isNeeded(column))
  if (missing.length === 0) return
  const names = missing.map((column) => [column.heading, ...column.aliases].join(' or ')).join(', ')
  const found = headings.columns.map(({ word }) => word).join(', ')
  const or =
    missing.some((column) => column.name === 'localId') && mode === 'update'
      ? ' (or ID, or EmailAddress)'
      : ''
  throw new FileRejected(
    'missing-heading',
    `The file has no column ${names}${or}. The headings found are: ${found}.${notRead(headings, format)} Add what is missing to the heading row, or start from the template, and send the file again.`,
  )

  function isNeeded(column: UploadColumn): boolean {
    const isNamed = wordOf(headings, 'id') ?? wordOf(headings, 'emailAddress')
    if (mode === 'update') return column.update === 'required-unless-id' && !isNamed
    return column.create === 'required' || (column.create === 'required-by-setting' && mobileRequired)
  }
}

/** The headings that aren't read, as people wrote them, each with the one that was probably meant. */
export function nearMisses(headings: Headings, format: UploadFormat): NearMiss[] {
  const read = new Set(headings.columns.map(({ column }) => column.heading))
  const unread = headings.ignored.filter((at) => at < headings.named).slice(0, MOST_COMPARED)
  return unread.flatMap((at) => {
    const nearest = nearestHeading(headings.words[at] as string, format)
    return nearest && !read.has(nearest) ? [{ heading: nameOf(headings, at), nearest }] : []
  })
}

/** Who has more headings that aren't read looks at the list of columns. */
const MOST_COMPARED = 50

function notRead(headings: Headings, format: UploadFormat): string {
  const misses = nearMisses(headings, format).slice(0, MOST_QUOTED)
  return misses.map((miss) => ` ${didYouMean(miss)}`).join('')
}

/** The same of one, in a sentence. */
export function didYouMean({ heading, nearest }: NearMiss): string {
  return `${quoted(heading)} wasn’t read. Did you mean ${nearest}?`
}

/** A heading as messages and lists name it, which each row may repeat: not longer than people read. */
export function nameOf({ words }: Headings, at: number): string {
  return shorten(words[at]?.trim() ?? '', MOST_NAMED)
}

const MOST_NAMED = 100

/** The person's own word for a column, or undefined where the file hasn't got it. */
export function wordOf(headings: Headings, name: ColumnName): string | undefined {
  return headings.columns.find(({ column }) => column.name === name)?.word
}

/** The word for a column as the person knows it: their own, or the format's where the file hasn't got it. */
export function headingOf(headings: Headings, name: ColumnName, format: UploadFormat): string {
  return wordOf(headings, name) ?? format.columns.find((column) => column.name === name)?.heading ?? name
}

/** Nothing of the row is quoted: where there are no headings it may be a person's data. */
export function noHeadingRow(format: UploadFormat): FileRejected {
  const examples = format.columns.slice(1, 6).map((column) => column.heading)
  return new FileRejected(
    'no-heading-row',
    `The first row of the file holds none of the headings that are read, such as ${examples.join(', ')}. Put a heading row above the data, or start from the template, and send the file again.`,
  )
}

function refuseRepeated(headings: Headings): void {
  for (const { column } of headings.columns) {
    const words = headings.columns.filter((other) => other.column === column).map(({ word }) => word)
    if (words.length < 2) continue
    const more = words.length > MOST_QUOTED ? ` and ${words.length - MOST_QUOTED} more` : ''
    throw new FileRejected(
      'repeated-heading',
      `The file has ${words.length} columns for ${column.heading}: ${words.slice(0, MOST_QUOTED).map(quoted).join(', ')}${more}. Keep one, remove or rename the others, and send the file again.`,
    )
  }
}

const MOST_QUOTED = 12
