import type { CellValue } from './cell-rules.ts'
import type { ColumnName } from './columns.ts'

/** Of one column so many different cells are remembered, and none that is longer. */
const MOST = { cells: 500, length: 100 }

/** What the cells of one column were read as. */
export type KnownColumn = {
  find(cell: string): CellValue | undefined
  add(cell: string, value: CellValue): void
}

/** @param isLast of its row, where what another spreadsheet leaves at a line's end is looked for */
export type KnownCells = (name: ColumnName, isLast: boolean) => KnownColumn

/**
 * Remembers what was read without anything to say of it: in most columns, as of job titles, departments and sites, many rows
 * say the same few things. The result is that of reading each cell anew.
 */
export function knownCells(): KnownCells {
  const [within, atEnd] = [new Map<ColumnName, KnownColumn>(), new Map<ColumnName, KnownColumn>()]
  return (name, isLast) => {
    const columns = isLast ? atEnd : within
    const known = columns.get(name)
    if (known) return known
    const made = knownColumn()
    columns.set(name, made)
    return made
  }
}

function knownColumn(): KnownColumn {
  let known: Map<string, CellValue> | undefined = new Map()
  let found = 0
  return {
    find(cell) {
      const value = known?.get(cell)
      if (value !== undefined) found++
      return value
    },
    add(cell, value) {
      if (known === undefined || cell.length > MOST.length) return
      if (known.size < MOST.cells) known.set(copied(cell), typeof value === 'string' ? copied(value) : value)
      else if (found < MOST.cells) known = undefined // of mobiles and the like no two are the same
    },
  }
}

/** The same text of its own: a part of another one would keep the whole of that, a piece of the file, in memory. */
function copied(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le')
}
