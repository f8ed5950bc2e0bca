import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BYTE_ORDER_MARK, csvLines } from '../../src/csv/write.ts'
import { csvAsXlsx } from '../../src/spreadsheets/csv-as-xlsx.ts'
import { writeXlsx } from '../../src/spreadsheets/write-xlsx.ts'
import { readWorkbook } from '../support/read-workbook.ts'

async function* batches(...rows: string[][]): AsyncGenerator<string[][]> {
  for (const row of rows) yield [row]
}

async function written(rows: string[][], mostRows?: number): Promise<Buffer> {
  return buffer(Readable.from(writeXlsx(batches(...rows), mostRows)))
}

const HARD = [
  ...[
    '0012',
    '=1+1',
    "'=1+1",
    "'quoted'",
    '+44 7700 900123',
    '-Smith',
    '@home',
    '#N/A',
    'TRUE',
    '1/2',
    '7.7E+09',
  ],
  ...[
    ' a ',
    '\t',
    'one\ntwo',
    'a\r\nb',
    '\r',
    '_x000D_',
    '_x005F_x000D_',
    '\u0007',
    '\u001b[1m',
    '\uffff',
    '\ud800',
  ],
  ...['<a> & "b"', ']]>', 'Zoë – O’Brien 😀', '\u00a0x\u00a0', '\u2028', '&amp;'],
]

test('every text comes back as it was', async () => {
  const rows = [['LocalID', 'JobTitle'], ...HARD.map((text) => ['1', text]), HARD]
  expect((await readWorkbook(await written(rows))).rows.map(({ cells }) => cells)).toEqual(rows)
})

test('any text does, in its row and column', async () => {
  const cell = fc
    .oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...HARD))
    .map((text) => text.replaceAll('\0', ''))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 6 }), async (given) => {
      const rows = [['LocalID'], ...given]
      const { rows: read } = await readWorkbook(await written(rows))
      const filled = rows
        .map((cells, at) => ({
          row: at + 1,
          cells: cells.slice(0, cells.findLastIndex((text) => text !== '') + 1),
        }))
        .filter(({ cells }) => cells.some((text) => text.trim() !== ''))
      expect(read).toEqual(filled)
    }),
    { numRuns: 60 },
  )
})

test('a CSV file of ours becomes the same rows, blank ones and the delimiter too, without the apostrophes', async () => {
  const rows = [[''], ['LocalID', 'JobTitle'], ['0012', '=1+1;"x"'], [''], ["'=y", 'z']]
  const text = Buffer.from(BYTE_ORDER_MARK + csvLines(rows, ';'))
  const pieces = Array.from(text, (_, at) => text.subarray(at, at + 1))
  const { filename, content } = csvAsXlsx({
    filename: 'a results.csv',
    content: Readable.from(pieces),
    delimiter: ';',
  })
  const read = await readWorkbook(await buffer(Readable.from(content)))
  expect(filename).toBe('a results.xlsx')
  expect(read.rows).toEqual([
    { row: 2, cells: rows[1] },
    { row: 3, cells: rows[2] },
    { row: 5, cells: rows[4] },
  ])
})

test('what is more than a sheet holds goes on in another one, under the headings again', async () => {
  const rows = [['LocalID'], ...Array.from({ length: 7 }, (_, at) => [String(at)])]
  const { sheets } = await readWorkbook(await written(rows, 4))
  expect(sheets.map(({ name, start }) => [name, start.map(({ cells }) => cells[0])])).toEqual([
    ['Accounts', ['LocalID', '0', '1', '2']],
    ['Accounts 2', ['LocalID', '3', '4', '5']],
    ['Accounts 3', ['LocalID', '6']],
  ])
})

test('a text that is longer than a cell is cut, and says so', async () => {
  const [, row] = (await readWorkbook(await written([['a'], ['x'.repeat(40_000)]]))).rows
  expect(row?.cells[0]).toBe(`${'x'.repeat(32_766)}…`)
})

test('no rows are a workbook too', async () => {
  expect((await readWorkbook(await written([]))).rows).toEqual([])
})

test('whoever is refused hears so before the first byte, and what breaks later breaks the file', async () => {
  const refused = writeXlsx(
    (async function* () {
      yield []
      throw new Error('not yours')
    })(),
  )
  await expect(refused.next()).rejects.toThrow('not yours')
  const broken = writeXlsx(
    (async function* () {
      yield [['LocalID']]
      throw new Error('away')
    })(),
  )
  await expect(buffer(Readable.from(broken))).rejects.toThrow('away')
})

test('whoever leaves early lets go of what was read from', async () => {
  let isLeft = false
  async function* endless(): AsyncGenerator<string[][]> {
    try {
      for (;;) yield [[String(Math.random()).repeat(1000)]]
    } finally {
      isLeft = true
    }
  }
  for await (const _ of writeXlsx(endless())) break
  expect(isLeft).toBe(true)
})
