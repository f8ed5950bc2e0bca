import { shorten } from '../../directory/fault.ts'
import type { KeptCells } from '../../uploads/find-cells.ts'
import type { RowView } from './row-view.ts'

/** A row with errors: its cells under their headings, those that are wrong marked. */
export type ErrorRow = RowView & {
  /** The cells that say whom the row is about, and those that are wrong. */
  cells: ErrorCell[]
  /** Every filled cell, where there are more. */
  all: ErrorCell[]
}

type ErrorCell = { heading: string; text: string; wrong: boolean }

/** Cells of a row without a wrong one are all shown, but no more than a person compares. */
const MOST_CELLS = 30

/** No cell is shown longer: the file has the rest. */
const MOST_TEXT = 200

/** The fields that say whom a row is about. */
const IDENTITY = ['id', 'localId', 'firstName', 'lastName', 'emailAddress']

/** @param read the heading words that are read, and as which field */
export function rowsUnderHeadings(
  rows: readonly RowView[],
  { headings, rows: kept }: KeptCells,
  read: readonly { heading: string; field: string }[],
): ErrorRow[] {
  const identity = new Set(read.flatMap(({ heading, field }) => (IDENTITY.includes(field) ? [heading] : [])))
  return rows.map((row) => {
    const wrong = new Set(row.errors.map(({ column }) => column))
    const all = (kept.get(row.row) ?? []).slice(0, MOST_CELLS).flatMap((text, at) => {
      const heading = shorten(headings[at]?.trim() ?? '', 100) || `Column ${at + 1}`
      const cell = { heading, text: shorten(text, MOST_TEXT), wrong: wrong.has(heading) }
      return text.trim() === '' && !cell.wrong ? [] : [cell]
    })
    const isOfCells = all.some((cell) => cell.wrong)
    const cells = isOfCells ? all.filter((cell) => cell.wrong || identity.has(cell.heading)) : all
    return { ...row, cells, all: cells.length < all.length ? all : [] }
  })
}
