import type { Archive } from './archive.ts'
import { readPart, readWhole } from './read-part.ts'
import { readStyles, type Styles } from './read-styles.ts'
import { damaged, refuseLong } from './refused.ts'
import { richText } from './rich-text.ts'
import { rowBuilder } from './row-builder.ts'
import { startBudget } from './start-budget.ts'
import { type TextTable, textTable } from './text-table.ts'
import {
  type Limits,
  MOST_ROWS,
  type Sheet,
  type SheetRow,
  START_BYTES,
  START_ROWS,
  type Workbook,
} from './workbook.ts'
import { cellColumn, cellText, NO_CELL, type XlsxCell } from './xlsx-cell.ts'
import { findParts } from './xlsx-parts.ts'
import type { XmlHandler } from './xml-scanner.ts'

/**
 * A workbook (.xlsx): the texts that its cells share are read, and the start of each sheet.
 * @throws SpreadsheetRefused for one that is damaged or has more than its limits
 */
export async function readXlsx(archive: Archive, limits: Limits): Promise<Workbook> {
  const parts = await findParts(archive)
  const styles = await readStyles(archive, parts.styles, parts.isFrom1904)
  const texts = await textTable()
  const inside = { archive, limits, texts, styles }
  try {
    if (parts.sharedStrings !== undefined) await readTexts(archive, parts.sharedStrings, texts)
    const sheets: Sheet[] = []
    const partOf = new Map<Sheet, string>()
    const spend = startBudget()
    for (const { name, isHidden, part } of parts.sheets) {
      const sheet = { name, isHidden, start: await startOf(part, inside, spend) }
      partOf.set(sheet, part)
      sheets.push(sheet)
    }
    return {
      format: 'xlsx',
      sheets,
      rows: (sheet) => rowsOf(partOf.get(sheet) ?? '', inside),
      [Symbol.asyncDispose]: () => texts[Symbol.asyncDispose](),
    }
  } catch (error) {
    await texts[Symbol.asyncDispose]()
    throw error
  }
}

type Inside = { archive: Archive; limits: Limits; texts: TextTable; styles: Styles }

/** The texts that cells name by their number. */
async function readTexts(archive: Archive, part: string, texts: TextTable): Promise<void> {
  const reader = richText()
  await readWhole(archive, part, {
    open(name, attribute) {
      if (name === 'si') reader.begin()
      else reader.open(name, attribute)
      return undefined
    },
    close(name) {
      if (name === 'si') texts.add(reader.end())
      else reader.close(name)
    },
    text: reader.text,
  })
}

async function startOf(part: string, inside: Inside, spend: (row: SheetRow) => void): Promise<SheetRow[]> {
  const start: SheetRow[] = []
  let read = 0
  for await (const { rows, bytes } of piecesOf(part, inside)) {
    const wanted = rows.slice(0, START_ROWS - start.length)
    for (const row of wanted) spend(row)
    start.push(...wanted)
    read += bytes
    if (start.length >= START_ROWS || read >= START_BYTES) break
  }
  return start
}

async function* rowsOf(part: string, inside: Inside): AsyncGenerator<SheetRow[], void> {
  for await (const { rows } of piecesOf(part, inside)) if (rows.length > 0) yield rows
}

async function* piecesOf(
  part: string,
  { archive, limits, texts, styles }: Inside,
): AsyncGenerator<{ rows: SheetRow[]; bytes: number }> {
  const reader = sheetReader(limits, (cell) => cellText(cell, texts, styles))
  for await (const bytes of readPart(archive, part, reader.handler)) yield { rows: reader.take(), bytes }
}

/** Gathers the rows of a sheet’s XML. */
function sheetReader(limits: Limits, textOf: (cell: XlsxCell) => string) {
  const builder = rowBuilder(limits)
  const rich = richText()
  let rows: SheetRow[] = []
  let row = 0
  let column = -1
  let cell: XlsxCell = NO_CELL
  let value: string | undefined // of the element that is read

  const handler: XmlHandler = {
    open(name, attribute) {
      if (name === 'c') {
        const place = attribute('r')
        column = place === undefined ? column + 1 : cellColumn(place)
        const style = attribute('s')
        cell = { type: attribute('t'), style: style === undefined ? 0 : Number(style), value: '' }
      } else if (name === 'v') value = ''
      else if (name === 'row') beginRow(attribute('r'))
      else if (name === 'is') rich.begin()
      else rich.open(name, attribute)
      return undefined
    },
    text(given) {
      if (value === undefined) return rich.text(given)
      refuseLong(value.length + given.length)
      value += given
    },
    close(name) {
      if (name === 'c') {
        builder.put(column, textOf(cell))
        cell = NO_CELL
      } else if (name === 'v') {
        cell.value = value ?? ''
        value = undefined
      } else if (name === 'is') cell.value = rich.end()
      else if (name === 'row') {
        const done = builder.end()
        if (done) rows.push(done)
      } else rich.close(name)
    },
  }
  return {
    handler,
    take() {
      const taken = rows
      rows = []
      return taken
    },
  }

  function beginRow(place: string | undefined): void {
    const next = place === undefined ? row + 1 : Number(place)
    if (!(Number.isInteger(next) && next > row && next <= MOST_ROWS)) throw damaged('rows out of order')
    row = next
    column = -1
    builder.begin(row)
  }
}
