import { once } from 'node:events'
import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { yielder } from '../flow/yielding.ts'
import { MOST_ROWS } from './workbook.ts'
import {
  contentTypes,
  RELATIONS,
  STYLES,
  sheetEnd,
  sheetStart,
  workbook,
  workbookRelations,
} from './xlsx-frame.ts'
import { xlsxRow } from './xlsx-row.ts'

/** Handed on at once, in UTF-16 units. */
const PIECE_LENGTH = 64 * 1024

/** The same rows are the same file, whenever it is made. */
const OPTIONS = { mtime: new Date(Date.UTC(2000, 0, 1)) }

type Cells = readonly string[]

/**
 * Rows as a workbook (.xlsx), in pieces as they are taken; memory holds one, and one batch. Every cell is text, and every
 * column is formatted as text, so that nothing loses a zero, turns into a date or runs as a formula. The first row with
 * anything in it has the headings: it is bold and stays in sight. What is more than a sheet holds goes on in another one,
 * under the headings again.
 */
export async function* writeXlsx(
  batches: AsyncIterable<readonly Cells[]>,
  mostRows = MOST_ROWS,
): AsyncGenerator<Buffer, void> {
  const rows = rowsOf(batches)
  try {
    // The first rows are read before anything is sent, so that a refusal is told and nobody gets half of a file.
    const heading = await readHeading(rows)
    const zip = new ZipFile()
    const output = zip.outputStream as Readable
    const sheets: Readable[] = []
    const writing = writeParts(zip, sheets, rows, heading, mostRows)
    writing.catch((error) => output.destroy(error))
    try {
      yield* output
      await writing
    } finally {
      for (const sheet of sheets) sheet.destroy()
    }
  } finally {
    await rows.return(undefined)
  }
}

async function* rowsOf(batches: AsyncIterable<readonly Cells[]>): AsyncGenerator<Cells, undefined> {
  for await (const batch of batches) yield* batch
  return undefined
}

type Heading = { row: number; cells: Cells }

async function readHeading(rows: AsyncGenerator<Cells, undefined>): Promise<Heading> {
  for (let row = 1; ; row++) {
    const { value, done } = await rows.next()
    if (done) return { row: 1, cells: [] }
    if (value.some((cell) => cell !== '')) return { row, cells: value }
  }
}

async function writeParts(
  zip: ZipFile,
  sheets: Readable[],
  rows: AsyncGenerator<Cells, undefined>,
  heading: Heading,
  mostRows: number,
): Promise<void> {
  const add = (name: string, xml: string) => zip.addBuffer(Buffer.from(xml), name, OPTIONS)
  add('_rels/.rels', RELATIONS)
  add('xl/styles.xml', STYLES)
  const state = { isDone: false }
  for (let at = heading; !state.isDone; at = { ...heading, row: 1 }) {
    const sheet = Readable.from(sheetXml(rows, at, mostRows, state), {
      objectMode: false,
      highWaterMark: PIECE_LENGTH,
    })
    sheets.push(sheet)
    zip.addReadStream(sheet, `xl/worksheets/sheet${sheets.length}.xml`, OPTIONS)
    await once(sheet, 'end')
  }
  add('xl/workbook.xml', workbook(sheets.length))
  add('xl/_rels/workbook.xml.rels', workbookRelations(sheets.length))
  add('[Content_Types].xml', contentTypes(sheets.length))
  zip.end()
}

async function* sheetXml(
  rows: AsyncGenerator<Cells, undefined>,
  heading: Heading,
  mostRows: number,
  state: { isDone: boolean },
): AsyncGenerator<string> {
  const breath = yielder()
  let xml = sheetStart(heading.row) + xlsxRow(heading.row, heading.cells, 'heading')
  for (let row = heading.row + 1; row <= mostRows; row++) {
    const { value, done } = await rows.next()
    if (done) {
      state.isDone = true
      break
    }
    xml += xlsxRow(row, value, 'text')
    if (xml.length >= PIECE_LENGTH) {
      yield xml
      xml = ''
    }
    const pause = breath()
    if (pause) await pause
  }
  yield xml + sheetEnd
}
