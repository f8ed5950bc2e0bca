import { tooComplex } from './refused.ts'
import type { SheetRow } from './workbook.ts'

/** What the first rows of all sheets may hold together, in characters: an ordinary sheet’s are some 5,000. */
const MOST_LENGTH = 32 * 1024 * 1024

/**
 * Makes what is told of every row that is held until a sheet is chosen: a text that many cells share would fill the memory.
 * @throws SpreadsheetRefused, what it makes, for more than there is room for
 */
export function startBudget(): (row: SheetRow) => void {
  let length = 0
  return ({ cells }) => {
    for (const cell of cells) length += cell.length
    if (length > MOST_LENGTH) throw tooComplex('first rows that hold too much')
  }
}
