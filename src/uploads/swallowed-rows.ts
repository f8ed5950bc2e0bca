import type { Headings } from './headings.ts'

/** The cell in which rows of the file seem to stand. Sure where whole rows do; else it may be text by chance. */
export type Swallowing = { at: number; isSure: boolean }

/**
 * Whether a record of several lines is as many rows, of which a quote mark has made one: each line has as many cells as
 * there are headings, and the lines below the first begin like rows of people. An honest cell of several lines hardly
 * ever does. Where the file has a column of passwords the cells alone decide, since those are emptied.
 */
export function holdsRows(record: string, headings: Headings, delimiter: string): boolean {
  const { length } = headings.words
  if (length < 2) return false
  const lines = linesOf(record)
  if (lines.length < 2 || lines.some((line) => line.split(delimiter).length !== length)) return false
  return headings.passwords.length > 0 || lines.slice(1).every((line) => isRow(line, headings, delimiter))
}

/** Finds a cell that was opened by a quote which belonged to no pair, so that rows of the file stand in it. */
export function swallowingCell(
  cells: readonly string[],
  headings: Headings,
  delimiter: string,
): Swallowing | undefined {
  const { length } = headings.words
  if (length < 2) return undefined
  let found: Swallowing | undefined
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at] as string
    if (cell.length < length - 1) continue
    if (!cell.includes('\n') && !cell.includes('\r')) continue
    const lines = linesOf(cell)
    const between = lines.slice(1, -1).filter((line) => line.split(delimiter).length >= length)
    if (between.some((line) => isRow(line, headings, delimiter))) return { at, isSure: true }
    if (!found && mayHoldRows(lines, headings, cells, delimiter)) found = { at, isSure: false }
  }
  return found
}

function linesOf(text: string): string[] {
  return text.replace(/(?:\r\n|\r|\n)$/, '').split(/\r\n|\r|\n/)
}

// From a column to the same column of a later row, parts of two rows: the row then has as many cells as the others.
function isLikeRows(lines: readonly string[], headingCount: number, delimiter: string): boolean {
  const delimiters = lines.reduce((sum, line) => sum + line.split(delimiter).length - 1, 0)
  return lines.length > 1 && delimiters === (lines.length - 1) * (headingCount - 1)
}

// In a narrow file any text of several lines would look so: there the row and the lines have to begin with one word.
function mayHoldRows(
  lines: readonly string[],
  headings: Headings,
  cells: readonly string[],
  delimiter: string,
): boolean {
  if (!isLikeRows(lines, headings.words.length, delimiter)) return false
  if (headings.words.length >= FEWEST_HEADINGS || headings.passwords.length > 0) return true
  if (namesSomebody(cells, headings)) return false
  return lines.slice(1).every((line) => /^\s*\S+$/.test(line.split(delimiter, 1)[0] as string))
}

const FEWEST_HEADINGS = 4

function isRow(line: string, headings: Headings, delimiter: string): boolean {
  if (headings.passwords.length > 0) return true
  return namesSomebody(line.split(delimiter), headings)
}

function namesSomebody(cells: readonly string[], { columns }: Headings): boolean {
  return columns.some(({ at, column }) => IDENTIFYING.has(column.name) && isKey(cells[at] ?? ''))
}

/** Whether it looks like an ID, a local ID or an address: unlike a word of a sentence, or two. */
function isKey(cell: string): boolean {
  const word = cell.slice(0, 200).trim()
  return /[\d@]/.test(word) && !/\s/.test(word)
}

const IDENTIFYING = new Set<string>(['id', 'localId'])
