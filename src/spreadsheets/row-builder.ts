import { MAX_RECORD_LENGTH } from '../csv/parse.ts'
import { number } from '../words.ts'
import { damaged, SpreadsheetRefused } from './refused.ts'
import type { Limits, SheetRow } from './workbook.ts'

/** Puts cells in their places until their row ends. What a row may hold is what a row of CSV may. */
export type RowBuilder = {
  begin(row: number): void
  /** @param column counted from 0. @throws SpreadsheetRefused where something stands already */
  put(column: number, text: string): void
  /** The row; undefined where nothing stands in it. */
  end(): SheetRow | undefined
}

export function rowBuilder({ maxColumns }: Limits): RowBuilder {
  let row = 0
  let cells: string[] = []
  let length = 0
  let isFilled = false
  return {
    begin(next) {
      row = next
      cells = []
      length = 0
      isFilled = false
    },
    put(column, text) {
      if (text === '') return
      const isBlank = text.trim() === ''
      if (column >= maxColumns) {
        if (isBlank) return
        throw tooManyColumns(row, column + 1, maxColumns)
      }
      if (cells[column]) throw damaged('two cells in one place')
      while (cells.length < column) cells.push('')
      cells[column] = text
      length += text.length
      if (length > MAX_RECORD_LENGTH) throw tooLong(row)
      if (!isBlank) isFilled = true
    },
    end: () => (isFilled ? { row, cells } : undefined),
  }
}

function tooManyColumns(row: number, column: number, most: number): SpreadsheetRefused {
  return new SpreadsheetRefused(
    'file-too-complex',
    `In row ${number(row)} the cell in column ${number(column)} is filled, and a file may have at most ${number(most)} columns. Remove the columns that are not needed, check that each person stands in a row of their own, and send the file again.`,
  )
}

function tooLong(row: number): SpreadsheetRefused {
  return new SpreadsheetRefused(
    'file-too-complex',
    `Row ${number(row)} holds more than 1 MB of text. Check that each person stands in a row of their own, and send the file again.`,
  )
}
