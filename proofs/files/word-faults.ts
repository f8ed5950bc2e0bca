import { asRead } from '../support/formula.ts'
import { isEmptied, isSilent, type Read } from './check-outcome.ts'
import { fieldsOf, isBlank } from './reference-reader.ts'
import type { Sheet } from './sheets.ts'

/**
 * What a damaged file was let through without a word, whoever reads it: the sheet it was made of is known, and the
 * damage was done at one place. A row without a problem may differ from the sheet's in the one cell that was touched,
 * for nobody can see that; a row that is gone, merged, split, or whose cells have moved, must have one.
 * @param isCut whether rows at the end may be missing
 */
export function wordFaults(read: Read, sheet: Sheet, { isCut = false }: { isCut?: boolean } = {}): string[] {
  const [headings = [], ...kept] = read.kept
  const plans = new Map(read.planned.map((plan) => [plan.row, plan]))
  const rows = kept.flatMap((cells, at) => {
    const plan = plans.get(read.headingRow + 1 + at)
    return plan ? [{ row: plan.row, isSilent: isSilent(plan), values: valuesOf(headings, cells), cells }] : []
  })
  const were = sheet.rows
    .map((cells) => cells.map(asRead))
    .filter((cells) => !isBlank(cells))
    .map((cells) => valuesOf(sheet.headings, cells))
  const most = Math.min(rows.length, were.length)
  let start = 0
  while (start < most && isSame(rows[start], were[start])) start++
  let tail = 0
  while (tail < most - start && isSame(rows.at(-1 - tail), were.at(-1 - tail))) tail++
  const touched = rows.slice(start, rows.length - tail)
  const gone = were.slice(start, were.length - tail)

  // Where the headings themselves lost or got a cell, the first row's word is about all rows.
  const isToldOfAll = headings.length !== sheet.headings.length && rows[0]?.isSilent === false
  const faults = headingFaults(read, sheet.headings)
  const beside = [rows[start - 1], rows[rows.length - tail]].filter((row) => row !== undefined)
  if (touched.length === 0 && gone.length > 0 && !isCut && beside.every((row) => row.isSilent))
    faults.push(`${gone.length} rows are gone without a word`)
  for (const row of touched.filter(({ isSilent }) => isSilent)) {
    if (isToldOfAll) break
    const mayBe = isCut ? gone.slice(0, 1) : touched.length < gone.length ? [] : gone
    // A delimiter lost before a quoted cell makes its quotes characters: one that stands in it makes up for the lost.
    const most = row.cells.some((cell) => cell.includes('"')) ? 2 : 1
    if (mayBe.some((was) => differing(row.values, was).length <= most)) continue
    faults.push(`row ${row.row} differs without a word: ${row.cells.join('|').slice(0, 200)}`)
  }
  for (const { row, isSilent, cells } of rows) {
    const lost = isSilent ? cells.find((cell) => cell.includes('\ufffd')) : undefined
    if (lost !== undefined)
      faults.push(`row ${row} has lost a character without a word: ${lost.slice(0, 60)}`)
  }
  if (isEmptied(headings) && kept.flat().some((cell) => cell.includes(SECRET)))
    faults.push('a password is kept')
  return faults
}

/** The password of the examples. */
const SECRET = 'never-kept'

function isSame(row: { values: Values } | undefined, was: Values | undefined): boolean {
  return row !== undefined && was !== undefined && differing(row.values, was).length === 0
}

type Values = Map<string, string>

function valuesOf(headings: readonly string[], cells: readonly string[]): Values {
  const fields = fieldsOf(headings)
  return new Map(fields.flatMap((field, at) => (field === undefined ? [] : [[field, cells[at] ?? '']])))
}

/** The fields that both know and that differ. A heading that was touched takes its column out of both. */
function differing(one: Values, other: Values): string[] {
  return [...one]
    .filter(([field, cell]) => other.has(field) && other.get(field) !== cell)
    .map(([field]) => field)
}

/** A heading that isn't known any more has to be named as ignored, unless it is gone and nothing stands below. */
function headingFaults({ kept, ignored }: Read, were: string[]): string[] {
  const [headings = [], ...rows] = kept
  const fields = fieldsOf(headings)
  return fieldsOf(were).flatMap((field, at) => {
    if (field === undefined || fields.includes(field) || headings.length !== were.length) return []
    const word = headings[at]?.trim() ?? ''
    const isNamed = ignored.some((name) => name === word || /without a heading/.test(name))
    const isEmpty = word === '' && rows.every((cells) => !cells[at]?.trim())
    return isNamed || isEmpty ? [] : [`${were[at]} became ${word}, which isn’t named as ignored`]
  })
}
