import { BYTE_ORDER_MARK, csvLine } from '../csv/write.ts'
import { yielder } from '../flow/yielding.ts'
import type { Sheet, Workbook } from './workbook.ts'

const PIECE_LENGTH = 64 * 1024

/** Lines that are handed on at once where they are blank. */
const BLANK_AT_ONCE = PIECE_LENGTH / 2

/**
 * A sheet as the bytes of a CSV file that has its cells in the same rows: UTF-8 with its mark, commas, CRLF. Each row has
 * as many cells as the widest of the first ones, as spreadsheets write them; blank rows at the end are left out.
 */
export async function* asCsv(workbook: Workbook, sheet: Sheet): AsyncGenerator<Buffer> {
  const width = Math.max(1, ...sheet.start.map(({ cells }) => cells.length))
  const breath = yielder()
  let text = BYTE_ORDER_MARK
  let next = 1
  for await (const rows of workbook.rows(sheet)) {
    for (const { row, cells } of rows) {
      for (; next < row; next += BLANK_AT_ONCE) {
        text += '\r\n'.repeat(Math.min(row - next, BLANK_AT_ONCE))
        yield* whole()
      }
      text += csvLine(padded(cells, width))
      next = row + 1
      yield* whole()
      const pause = breath()
      if (pause) await pause
    }
  }
  if (text !== '') yield Buffer.from(text)

  function* whole(): Generator<Buffer> {
    if (text.length < PIECE_LENGTH) return
    yield Buffer.from(text)
    text = ''
  }
}

function padded(cells: readonly string[], width: number): readonly string[] {
  return cells.length < width ? [...cells, ...Array<string>(width - cells.length).fill('')] : cells
}
