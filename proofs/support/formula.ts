/**
 * What Muster says of formulas, once more and in another way, for those who compare files with what it wrote: one
 * apostrophe stands before each formula, and is taken off when the file is read.
 */

const BEGINS_CELL = new Set('\t\n\v\f\r,;|\x85\u2028\u2029')
const DROPPED = /^["\p{Zs}]$/u
const SIGNS = new Set('=+-@＝＋－＠')

/** The cell as it is read: without the apostrophe before each formula in it. */
export function asRead(cell: string): string {
  return neutralised(cell).reduceRight((text, from) => text.slice(0, from) + text.slice(from + 1), cell)
}

/** The cell as a person has to write it for it to be read so: where it has an apostrophe before a formula, with two. */
export function asWritten(cell: string): string {
  return neutralised(cell).reduceRight((text, from) => `${text.slice(0, from)}'${text.slice(from)}`, cell)
}

/** Whether some spreadsheet would run a part of the cell. */
export function holdsFormula(cell: string): boolean {
  return formulas(cell).some((from) => cell[from] !== "'")
}

function neutralised(cell: string): number[] {
  return formulas(cell).filter((from) => cell[from] === "'")
}

/** Where a cell may begin for some spreadsheet, and behind apostrophes, quotes and blanks comes a formula's sign. */
function formulas(cell: string): number[] {
  const found: number[] = []
  for (let from = 0; from < cell.length; from++) {
    if (from > 0 && !BEGINS_CELL.has(cell[from - 1] as string)) continue
    let at = from
    while (cell[at] === "'") at++
    while (DROPPED.test(cell[at] ?? '')) at++
    if (SIGNS.has(cell[at] ?? '')) found.push(from)
  }
  return found
}
