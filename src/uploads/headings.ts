import type { Mode } from '../changes/plan/wanted.ts'
import { quoted, shorten } from '../directory/fault.ts'
import type { ColumnName, UploadColumn, UploadFormat } from './columns.ts'
import { FileRejected } from './rejected.ts'

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

/** No heading that is read is longer; to fold a megabyte of accents would take minutes. */
const MOST_FOLDED = 200

/** A heading as it is compared: without case, blanks, underscores, hyphens, colons and the like. */
export function foldHeading(word: string): string {
  return word
    .slice(0, MOST_FOLDED)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/** How many of the words are headings of the format: shows which delimiter a file uses. */
export function countKnown(words: readonly string[], format: UploadFormat): number {
  const known = columnsByKey(format)
  return new Set(words.map((word) => known.get(foldHeading(word))?.name).filter((name) => name)).size
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
  const known = columnsByKey(format)
  for (const [at, word] of cells.entries()) {
    const key = foldHeading(word)
    const column = known.get(key)
    if (column) headings.columns.push({ at, word: nameOf(headings, at), column })
    else if (namesPasswords(word, format)) headings.passwords.push(at)
    else if (isResult(key, format, headings.results.length > 0)) headings.results.push(at)
    else headings.ignored.push(at)
  }
  return headings
}

/** Whether a heading is that of a column of passwords. */
export function namesPasswords(word: string, format: UploadFormat): boolean {
  return format.isPassword(foldHeading(word)) || format.isPassword(word.toLowerCase())
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
  const or = missing.some((column) => column.name === 'localId') && mode === 'update' ? ' (or ID)' : ''
  throw new FileRejected(
    'missing-heading',
    `The file has no column ${names}${or}. The headings found are: ${found}. Add what is missing to the heading row, or start from the template, and send the file again.`,
  )

  function isNeeded(column: UploadColumn): boolean {
    if (mode === 'update') return column.update === 'required-unless-id' && !wordOf(headings, 'id')
    return column.create === 'required' || (column.create === 'required-by-setting' && mobileRequired)
  }
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

function columnsByKey(format: UploadFormat): Map<string, UploadColumn> {
  return new Map(
    format.columns.flatMap((column) =>
      [column.heading, ...column.aliases].map((word) => [foldHeading(word), column] as const),
    ),
  )
}

function isResult(key: string, format: UploadFormat, afterAnother: boolean): boolean {
  if (key === foldHeading(format.sharedHeading)) return afterAnother
  return [...format.resultHeadings, format.problemHeading].some((heading) => foldHeading(heading) === key)
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
