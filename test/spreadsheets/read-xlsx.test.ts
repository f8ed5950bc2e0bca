import { describe, expect, it, test } from 'vitest'
import { cellsOf, readWorkbook } from '../support/read-workbook.ts'
import { archive, sheetRows, xlsx, xlsxParts } from '../support/workbooks.ts'

const row = (cells: string, at = 1) => `<row r="${at}">${cells}</row>`

describe('a cell of a workbook (.xlsx)', () => {
  const styles = `<numFmts count="1"><numFmt numFmtId="164" formatCode="00000000"/></numFmts>
    <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
    <cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/><xf numFmtId="10"/><xf/></cellXfs>`
  const strings = `<si><t>shared</t></si>
    <si><r><rPr><b/></rPr><t>Sio</t></r><r><t xml:space="preserve">bhán </t></r><rPh><t>phonetic</t></rPh></si>
    <si><t>a_x000D_
b _x005F_x000D_ &amp;#10;</t></si>
    <si><t xml:space="preserve">  kept  </t></si><si/>`

  it.each([
    ['a shared text', '<c t="s"><v>0</v></c>', 'shared'],
    ['a text whose parts look different', '<c t="s"><v>1</v></c>', 'Siobhán '],
    ['escaped characters', '<c t="s"><v>2</v></c>', 'a\r\nb _x000D_ &#10;'],
    ['blanks that are to be kept', '<c t="s"><v>3</v></c>', '  kept  '],
    ['a text of its own', '<c t="inlineStr"><is><t>its own</t></is></c>', 'its own'],
    ['CDATA', '<c t="inlineStr"><is><t><![CDATA[<a> & b]]></t></is></c>', '<a> & b'],
    ['a formula’s text', '<c t="str"><f>A1&amp;"x"</f><v>made</v></c>', 'made'],
    ['a formula’s number', '<c><f>1+1</f><v>2</v></c>', '2'],
    ['yes', '<c t="b"><v>1</v></c>', 'TRUE'],
    ['no', '<c t="b"><v>0</v></c>', 'FALSE'],
    ['an error', '<c t="e"><v>#N/A</v></c>', '#N/A'],
    ['a whole number', '<c><v>10276</v></c>', '10276'],
    ['a whole number written as another', '<c><v>1.0276E4</v></c>', '10276'],
    ['15 digits', '<c><v>123456789012345</v></c>', '123456789012345'],
    ['zeros that its format adds', '<c s="1"><v>10234</v></c>', '00010234'],
    ['a day', '<c s="2"><v>45292</v></c>', '01/01/2024'],
    ['a day as ISO 8601', '<c s="2" t="d"><v>2024-01-01</v></c>', '01/01/2024'],
    ['a percentage', '<c s="3"><v>0.125</v></c>', '12.50%'],
    ['a style that is not there', '<c s="99"><v>7</v></c>', '7'],
  ])('%s', async (_what, cell, shown) => {
    const [cells] = await cellsOf(await xlsx(row(cell), { styles, strings }))
    expect(cells).toEqual([shown])
  })

  it('is none where it is empty', async () => {
    const file = await xlsx(row('<c/><c t="s"><v>4</v></c><c><v></v></c>'), { strings })
    expect(await cellsOf(file)).toEqual([])
  })

  it('counts days from 1904 where the workbook does', async () => {
    const file = await xlsx(row('<c s="2"><v>43830</v></c>'), {
      styles,
      properties: '<workbookPr date1904="1"/>',
    })
    expect(await cellsOf(file)).toEqual([['01/01/2024']])
  })
})

test('cells stand in their columns and rows, and what is empty between them stays', async () => {
  const cell = (place: string) => `<c r="${place}" t="inlineStr"><is><t>${place}</t></is></c>`
  const file = await xlsx(
    row(cell('B3') + cell('AA3'), 3) + row(cell('A5') + cell('C5'), 5) + row('<c r="A9"/>', 9),
  )
  const { rows, csv } = await readWorkbook(file)
  expect(rows.map(({ row, cells }) => [row, cells.length])).toEqual([
    [3, 27],
    [5, 3],
  ])
  expect(csv).toBe(`\uFEFF\r\n\r\n,B3${','.repeat(25)}AA3\r\n\r\nA5,,C5${','.repeat(24)}\r\n`)
})

test('rows and cells that don’t say where they stand follow each other', async () => {
  const cell = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`
  const file = await xlsx(`<row>${cell('a')}${cell('b')}</row><row>${cell('c')}</row>`)
  expect((await readWorkbook(file)).csv).toBe('\uFEFFa,b\r\nc,\r\n')
})

test('rows beyond a million blank ones keep their number', async () => {
  const file = await xlsx(sheetRows(['LocalID', 'JobTitle']) + row('<c r="A1000001"><v>7</v></c>', 1_000_001))
  const { csv } = await readWorkbook(file)
  expect(csv.split('\r\n').indexOf('7,')).toBe(1_000_000)
})

test('hidden rows and columns are read', async () => {
  const file = await archive({
    ...xlsxParts([{ name: 'Staff', xml: '' }]),
    'xl/worksheets/sheet1.xml':
      '<worksheet><cols><col min="1" max="1" hidden="1"/></cols><sheetData><row r="1" hidden="1"><c><v>1</v></c><c><v>2</v></c></row></sheetData></worksheet>',
  })
  expect(await cellsOf(file)).toEqual([['1', '2']])
})

test('parts are found by what the workbook says, whatever they are called, and with a prefix', async () => {
  const parts = xlsxParts([{ name: 'Staff &amp; others', xml: '' }])
  const relations = (parts['_rels/.rels'] as string).replace('xl/workbook.xml', '/Odd/Book.xml')
  const file = await archive({
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': relations,
    'odd/book.xml': parts['xl/workbook.xml'] as string,
    'odd/_rels/book.xml.rels': (parts['xl/_rels/workbook.xml.rels'] as string).replace(
      'worksheets/',
      '../s/',
    ),
    's/sheet1.xml':
      '<x:worksheet><x:sheetData><x:row r="1"><x:c r="A1"><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>',
    'xl/sharedStrings.xml': '<sst/>',
    'odd/styles.xml': '<styleSheet/>',
  })
  const { sheets, rows } = await readWorkbook(file)
  expect(sheets.map(({ name }) => name)).toEqual(['Staff & others'])
  expect(rows).toEqual([{ row: 1, cells: ['5'] }])
})

test('the start of each sheet is known, and which are hidden', async () => {
  const many = sheetRows(...Array.from({ length: 50 }, (_, at) => [String(at)]))
  const { sheets } = await readWorkbook(
    await xlsx([
      { name: 'Empty', xml: '' },
      { name: 'Lists', state: 'veryHidden', xml: sheetRows(['a']) },
      { name: 'Staff', xml: many },
    ]),
  )
  expect(sheets.map(({ name, isHidden, start }) => [name, isHidden, start.length])).toEqual([
    ['Empty', false, 0],
    ['Lists', true, 1],
    ['Staff', false, 20],
  ])
})
