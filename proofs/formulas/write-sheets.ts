import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DELIMITERS } from '../../src/csv/parse.ts'
import { BYTE_ORDER_MARK, csvLine } from '../../src/csv/write.ts'

// Every way from a cell's beginning, or one inside it, to a sign: 0 to 2 of these between.
const BEGINNINGS = ['', ...DELIMITERS, '\n', '\r', '\r\n', '\v', '\f', '\x85', '\u2028', '\u2029']
const BETWEEN = ['', ' ', '\u00a0', '"', '""', "'", '\t', '\n', ...DELIMITERS]
const SIGNS = ['=', '+', '-', '@', '＝', '＋', '－', '＠']

/** @returns the names of the files as Muster writes them, one for each delimiter, and of one with the cells as they are */
export async function writeSheets(folder: string): Promise<{ ours: string[]; bare: string; cells: number }> {
  const cells = BEGINNINGS.flatMap((beginning) =>
    BETWEEN.flatMap((first) =>
      BETWEEN.flatMap((second) =>
        SIGNS.map(
          (sign) => `${beginning === '' ? '' : 'x'}${beginning}${first}${second}${sign}1+1${beginning}y`,
        ),
      ),
    ),
  )
  const ours = await Promise.all(
    DELIMITERS.map(async (delimiter, at) => {
      const name = `ours-${at}.csv`
      const lines = cells.map((cell) => csvLine(['x', cell, cell, 'z'], delimiter))
      await writeFile(join(folder, name), BYTE_ORDER_MARK + lines.join(''))
      return name
    }),
  )
  const lines = cells.map((cell) => `x,"${cell.replaceAll('"', '""')}",z\r\n`)
  await writeFile(join(folder, 'bare.csv'), BYTE_ORDER_MARK + lines.join(''))
  return { ours, bare: 'bare.csv', cells: cells.length }
}
