import type { Archive } from './archive.ts'
import { odsText } from './ods-text.ts'
import { odsValue } from './ods-value.ts'
import { readPart } from './read-part.ts'
import { damaged, tooComplex } from './refused.ts'
import { rowBuilder } from './row-builder.ts'
import { startBudget } from './start-budget.ts'
import {
  type Limits,
  MOST_ROWS,
  MOST_SHEETS,
  type Sheet,
  type SheetRow,
  START_ROWS,
  type Workbook,
} from './workbook.ts'
import type { Attributes, XmlHandler } from './xml-scanner.ts'

const CONTENT = 'content.xml'

/**
 * A spreadsheet of OpenDocument (.ods). All its sheets are one part, which is read twice: for the start of each, and for
 * the rows of the one that is chosen.
 * @throws SpreadsheetRefused for one that is damaged or has more than its limits
 */
export async function readOds(archive: Archive, limits: Limits): Promise<Workbook> {
  const sheets: Sheet[] = []
  let start: SheetRow[] = []
  const spend = startBudget()
  const handler = contentHandler(limits, {
    begin(name, isHidden) {
      if (sheets.length === MOST_SHEETS) throw tooComplex('too many sheets')
      start = []
      sheets.push({ name, isHidden, start })
      return true
    },
    row({ row, cells, times }) {
      for (let at = 0; at < times && start.length < START_ROWS; at++) start.push({ row: row + at, cells })
      spend({ row, cells })
      return start.length < START_ROWS
    },
  })
  for await (const _ of readPart(archive, CONTENT, handler));
  if (sheets.length === 0) throw damaged('no sheets')
  return {
    format: 'ods',
    sheets,
    rows: (sheet) => rowsOf(archive, limits, sheets.indexOf(sheet)),
    [Symbol.asyncDispose]: async () => {},
  }
}

/** Rows that are handed on at once. */
const BATCH_ROWS = 1_000

/** What may become of rows that say how often they are repeated, in characters. */
const MOST_REPEATED = 256 * 1024 * 1024

async function* rowsOf(archive: Archive, limits: Limits, wanted: number): AsyncGenerator<SheetRow[], void> {
  let at = -1
  let found: RepeatedRow[] = []
  let repeated = 0
  const handler = contentHandler(limits, {
    begin: () => ++at === wanted,
    row(row) {
      repeated += (row.times - 1) * row.cells.reduce((sum, { length }) => sum + length + 1, 0)
      if (repeated > MOST_REPEATED) throw tooComplex('rows repeated too often')
      found.push(row)
      return true
    },
  })
  for await (const _ of readPart(archive, CONTENT, handler)) {
    for (const rows of expanded(found)) yield rows
    found = []
    if (at > wanted) return
  }
}

function* expanded(found: readonly RepeatedRow[]): Generator<SheetRow[]> {
  let rows: SheetRow[] = []
  for (const { row, cells, times } of found) {
    for (let at = 0; at < times; at++) {
      rows.push({ row: row + at, cells })
      if (rows.length < BATCH_ROWS) continue
      yield rows
      rows = []
    }
  }
  if (rows.length > 0) yield rows
}

/** A row that stands so many times, one below the other. */
type RepeatedRow = SheetRow & { times: number }

type Told = {
  /** Whether its rows are wanted. */
  begin(name: string, isHidden: boolean): boolean
  /** Whether more of them are. */
  row(row: RepeatedRow): boolean
}

function contentHandler(limits: Limits, told: Told): XmlHandler {
  const builder = rowBuilder(limits)
  const text = odsText()
  const hiddenStyles = new Set<string>()
  let style = ''
  let isInCell = false
  let isWanted = true
  let row = 1
  let times = 1
  let column = 0
  let repeated = 1
  let value = ''

  return {
    open(name, attribute) {
      if (isInCell) return text.open(name, attribute)
      switch (name) {
        case 'tracked-changes':
        case 'dde-links':
          return 'skip'
        case 'style':
          style = attribute('name') ?? ''
          return undefined
        case 'table-properties':
          if (attribute('display') === 'false') hiddenStyles.add(style)
          return undefined
        case 'table':
          row = 1
          isWanted = told.begin(attribute('name') ?? '', hiddenStyles.has(attribute('style-name') ?? ''))
          return isWanted ? undefined : 'skip'
        case 'table-row':
          times = countIn(attribute, 'number-rows-repeated')
          column = 0
          builder.begin(row)
          return isWanted ? undefined : 'skip'
        case 'table-cell':
        case 'covered-table-cell':
          isInCell = true
          repeated = countIn(attribute, 'number-columns-repeated')
          value = name === 'table-cell' ? odsValue(attribute) : ''
          text.begin()
      }
      return undefined
    },
    text(given) {
      if (isInCell) text.text(given)
    },
    close(name) {
      if (isInCell && text.depth() > 0) text.close(name)
      else if (isInCell) endCell(name)
      else if (name === 'table-row') endRow()
    },
  }

  // Of a cell that another one covers nothing is shown.
  function endCell(name: string): void {
    isInCell = false
    const shown = name === 'table-cell' ? (text.end() ?? value) : ''
    const last = shown === '' ? column : column + Math.min(repeated, limits.maxColumns + 1)
    for (let at = column; at < last; at++) builder.put(at, shown)
    column += repeated
  }

  function endRow(): void {
    const done = builder.end()
    if (done && row + times - 1 > MOST_ROWS) throw damaged('more rows than a sheet has')
    if (done) isWanted = told.row({ ...done, times })
    row += times
  }
}

function countIn(attribute: Attributes, name: string): number {
  const count = Number(attribute(name) ?? 1)
  if (!(Number.isInteger(count) && count >= 1 && count <= MOST_ROWS)) throw damaged('a count that is none')
  return count
}
