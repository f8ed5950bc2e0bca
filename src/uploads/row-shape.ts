import type { Headings } from './headings.ts'
import { type Problem, quoted } from './problem.ts'

/** Why a row's cells can't be told apart for certain. `at` is the cell where it shows. */
export type RowDamage = { code: 'too-many-cells' | 'too-few-cells' | 'swallowed-rows'; at: number | null }

/**
 * What is wrong with the number of a row's cells. Empty cells too many are none: spreadsheets write them. Missing
 * ones are taken as empty, since spreadsheets drop them at the end. But where the file has a column of passwords both
 * are wrong: a delimiter lost or added would put a password under another heading, and show it.
 */
export function damageOf(cells: readonly string[], headings: Headings, delimiter: string): RowDamage | null {
  const swallowing = cells.findIndex((cell) => hasSwallowedRows(cell, headings.words.length, delimiter))
  if (swallowing >= 0) return { code: 'swallowed-rows', at: swallowing }
  const expected = headings.words.length
  const hasPasswords = headings.passwords.length > 0
  const hasMore = cells.length > expected
  if (hasMore && (hasPasswords || cells.some((cell, at) => at >= expected && cell.trim() !== ''))) {
    return { code: 'too-many-cells', at: null }
  }
  if (cells.length < expected && hasPasswords) return { code: 'too-few-cells', at: null }
  return null
}

/**
 * Empties the cells that hold a password, or may: in a row with cells too many or too few, those into which it may
 * have moved; in one that has swallowed others, the cell with the others' passwords.
 */
export function clearPasswords(cells: string[], headings: Headings, damage: RowDamage | null): void {
  const surplus = cells.length - headings.words.length
  for (const password of headings.passwords) {
    const first = Math.max(0, password + Math.min(0, surplus))
    const last = Math.min(cells.length - 1, password + Math.max(0, surplus))
    for (let at = first; at <= last; at++) cells[at] = ''
  }
  if (damage?.code === 'swallowed-rows' && damage.at !== null) {
    for (let at = damage.at; at < cells.length; at++) cells[at] = ''
  }
}

/** The damage as the person is told of it. */
export function damageProblem(damage: RowDamage, cells: readonly string[], headings: Headings): Problem {
  const expected = headings.words.length
  const found = `The row has ${cells.length} cells, and the heading row has ${expected}`
  if (damage.code === 'swallowed-rows') {
    const word = headings.words[damage.at ?? 0]?.trim() ?? ''
    const message = `The cell under ${quoted(word)} has swallowed the rows below it: a quote mark (") opens it and closes rows later. Remove the quote mark or close it, and send these rows again.`
    return { column: word, code: damage.code, message, value: null, severity: 'error' }
  }
  const message =
    damage.code === 'too-many-cells'
      ? `${found}. A comma inside a cell without quotes is the usual reason: correct the row in your spreadsheet and save it again.`
      : `${found}. In a file with a column of passwords every row must have a cell for each heading: correct the row, or remove that column.`
  return { column: null, code: damage.code, message, value: null, severity: 'error' }
}

// A cell in which whole rows stand, judged by their delimiters, was opened by a quote that belonged to no pair.
function hasSwallowedRows(cell: string, headingCount: number, delimiter: string): boolean {
  if (headingCount < 4 || cell.length < headingCount || !/[\r\n]/.test(cell)) return false
  return cell.split(/[\r\n]+/).some((line, at) => at > 0 && line.split(delimiter).length >= headingCount - 1)
}
