import { describe, expect, it, test } from 'vitest'
import { cellsOf, readWorkbook } from '../support/read-workbook.ts'
import { ods } from '../support/workbooks.ts'

const table = (rows: string, name = 'Staff', style = 'shown') =>
  `<table:table table:name="${name}" table:style-name="${style}"><table:table-column/>${rows}</table:table>`
const row = (cells: string, attributes = '') => `<table:table-row ${attributes}>${cells}</table:table-row>`
const text = (shown: string, attributes = '') =>
  `<table:table-cell office:value-type="string" ${attributes}><text:p>${shown}</text:p></table:table-cell>`

describe('a cell of a spreadsheet of OpenDocument (.ods)', () => {
  const cell = (attributes: string, inside: string) =>
    `<table:table-cell ${attributes}>${inside}</table:table-cell>`

  it.each([
    ['a text', text('Porter'), 'Porter'],
    [
      'a number as it is shown',
      cell('office:value-type="float" office:value="10234"', '<text:p>00010234</text:p>'),
      '00010234',
    ],
    [
      'a day as it is shown',
      cell('office:value-type="date" office:date-value="2024-01-31"', '<text:p>31/01/24</text:p>'),
      '31/01/24',
    ],
    ['paragraphs', cell('', '<text:p>one</text:p><text:p/><text:p>two</text:p>'), 'one\n\ntwo'],
    [
      'blanks, tabs and line breaks',
      cell('', '<text:p>a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>d\n e</text:p>'),
      'a   b\tc\nd e',
    ],
    [
      'parts that look different',
      cell('', '<text:p>Sio<text:span>bhá<text:a>n</text:a></text:span></text:p>'),
      'Siobhán',
    ],
    [
      'a comment beside it',
      cell(
        '',
        '<office:annotation><dc:creator>jo</dc:creator><text:p>note</text:p></office:annotation><text:p>value</text:p>',
      ),
      'value',
    ],
    [
      'a picture in it',
      cell(
        '',
        '<text:p>a<draw:frame><draw:text-box><text:p>no</text:p></draw:text-box></draw:frame>b</text:p>',
      ),
      'ab',
    ],
    [
      'how it is said',
      cell(
        '',
        '<text:p><text:ruby><text:ruby-base>字</text:ruby-base><text:ruby-text>ji</text:ruby-text></text:ruby></text:p>',
      ),
      '字',
    ],
    [
      'an error',
      cell('office:value-type="string" calcext:value-type="error"', '<text:p>#N/A</text:p>'),
      '#N/A',
    ],
    ['a number without its text', cell('office:value-type="float" office:value="10234"', ''), '10234'],
    [
      'a day without its text',
      cell('office:value-type="date" office:date-value="2024-01-31T00:00:00"', ''),
      '2024-01-31',
    ],
    [
      'a time without its text',
      cell('office:value-type="time" office:time-value="PT8H30M0S"', ''),
      '08:30:00',
    ],
    ['yes without its text', cell('office:value-type="boolean" office:boolean-value="true"', ''), 'TRUE'],
    [
      'a percentage without its text',
      cell('office:value-type="percentage" office:value="0.125"', ''),
      '12.5%',
    ],
    [
      'a table inside it',
      cell(
        '',
        '<text:p>a</text:p><table:table><table:table-row><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>',
      ),
      'a',
    ],
  ])('%s', async (_what, xml, shown) => {
    expect(await cellsOf(await ods(table(row(xml))))).toEqual([[shown]])
  })
})

test('cells and rows stand as often as they say', async () => {
  const file = await ods(
    table(
      row('<table:table-cell/>', 'table:number-rows-repeated="2"') +
        row(
          `<table:table-cell table:number-columns-repeated="2"/>${text('c', 'table:number-columns-repeated="2"')}<table:table-cell table:number-columns-repeated="16380"/>`,
          'table:number-rows-repeated="3"',
        ) +
        `<table:table-row-group><table:table-header-rows>${row(text('last'))}</table:table-header-rows></table:table-row-group>` +
        row(
          '<table:table-cell table:number-columns-repeated="16384"/>',
          'table:number-rows-repeated="1048570"',
        ),
    ),
  )
  const { rows, csv } = await readWorkbook(file)
  expect(rows).toEqual([
    ...[3, 4, 5].map((row) => ({ row, cells: ['', '', 'c', 'c'] })),
    { row: 6, cells: ['last'] },
  ])
  expect(csv).toBe('\uFEFF\r\n\r\n,,c,c\r\n,,c,c\r\n,,c,c\r\nlast,,,\r\n')
})

test('a cell that another one covers shows nothing', async () => {
  const covered = '<table:covered-table-cell><text:p>under</text:p></table:covered-table-cell>'
  expect(await cellsOf(await ods(table(row(text('a') + covered + text('b')))))).toEqual([['a', '', 'b']])
})

test('each sheet has its own rows; links and recorded changes are none', async () => {
  const changes = `<table:tracked-changes>${table(row(text('old')))}</table:tracked-changes>`
  const links = `<table:dde-links><table:dde-link>${table(row(text('linked')))}</table:dde-link></table:dde-links>`
  const tables = table(row(text('a')), 'One') + table(row(text('b')), 'Two', 'hidden') + table('', 'Three')
  const { sheets, rows } = await readWorkbook(await ods(changes + tables + links), { sheet: 1 })
  expect(sheets.map(({ name, isHidden, start }) => [name, isHidden, start.length])).toEqual([
    ['One', false, 1],
    ['Two', true, 1],
    ['Three', false, 0],
  ])
  expect(rows).toEqual([{ row: 1, cells: ['b'] }])
})
