import { describe, expect, it, test } from 'vitest'
import { refusalOfOle } from '../../src/spreadsheets/ole.ts'
import { readWorkbook, refusalOf } from '../support/read-workbook.ts'
import { archive, ods, sheetRows, xlsx, xlsxParts } from '../support/workbooks.ts'

const PARTS = xlsxParts([{ name: 'Staff', xml: sheetRows(['LocalID'], ['1']) }])
const SHEET = 'xl/worksheets/sheet1.xml'
const sheet = (xml: string) => archive({ ...PARTS, [SHEET]: xml })
const inSheet = (xml: string) => xlsx(xml)
const filler = 'x'.repeat(100)

describe('what is no spreadsheet that can be read says what it is', () => {
  const document = (type: string) =>
    archive({ mimetype: `application/vnd.oasis.opendocument.${type}`, 'content.xml': '<a/>' })
  it.each<[string, Promise<Buffer>, string, RegExp]>([
    ['macros', archive({ ...PARTS, 'xl/vbaProject.bin': 'x' }), 'file-macros', /macros/],
    [
      'macros of Excel 4',
      archive({ ...PARTS, 'xl/macrosheets/sheet1.xml': '<a/>' }),
      'file-macros',
      /macros/,
    ],
    ['macros of LibreOffice', ods('', { 'Basic/Standard/Module1.xml': '<a/>' }), 'file-macros', /macros/],
    ['a binary workbook', archive({ ...PARTS, 'xl/workbook.bin': 'x' }), 'file-not-text', /xlsb/],
    [
      'a Word document',
      archive({ '[Content_Types].xml': '<a/>', 'word/document.xml': '<a/>' }),
      'file-not-text',
      /Word/,
    ],
    [
      'slides',
      archive({ '[Content_Types].xml': '<a/>', 'ppt/presentation.xml': '<a/>' }),
      'file-not-text',
      /PowerPoint/,
    ],
    ['Numbers', archive({ 'Index/Document.iwa': 'x' }), 'file-not-text', /Numbers/],
    ['text of LibreOffice', document('text'), 'file-not-text', /another kind/],
    ['another archive', archive({ 'people.csv': 'LocalID' }), 'file-not-text', /archive/],
    [
      'a password of LibreOffice',
      ods('', {
        'META-INF/manifest.xml': '<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>',
      }),
      'file-encrypted',
      /password/,
    ],
  ])('%s', async (_what, file, code, words) => {
    const refusal = await refusalOf(await file)
    expect(refusal).toMatchObject({ code })
    expect(refusal.message).toMatch(words)
  })

  test.each([
    ['a password of Excel', 'EncryptedPackage', 'file-encrypted', /password/],
    ['an old workbook', 'Workbook', 'file-not-text', /\.xls\)/],
  ])('%s', async (_what, name, code, words) => {
    const bytes = Buffer.concat([Buffer.alloc(5000), Buffer.from(name, 'utf16le'), Buffer.alloc(50)])
    const pieces = async function* () {
      for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7)
    }
    const refusal = await refusalOfOle(pieces())
    expect(refusal).toMatchObject({ code })
    expect(refusal.message).toMatch(words)
  })
})

describe('a damaged file is refused', () => {
  it.each<[string, Promise<Buffer>]>([
    [
      'a part is missing',
      archive(Object.fromEntries(Object.entries(PARTS).filter(([name]) => name !== SHEET))),
    ],
    ['no sheets', archive({ ...PARTS, 'xl/workbook.xml': '<workbook/>' })],
    ['XML that ends too early', sheet('<worksheet><sheetData><row r="1">')],
    ['an empty part', sheet('')],
    ['tags that cross', sheet('<a><b></a></b>')],
    ['two roots', sheet('<a/><b/>')],
    ['text around', sheet('<a/>text')],
    ['an attribute without quotes', sheet('<a b=1/>')],
    ['an unknown entity', sheet('<a>&secret;</a>')],
    ['a character that XML has not', sheet('<a>\u0001</a>')],
    ['a reference to one', sheet('<a>&#0;</a>')],
    ['a document type', sheet('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')],
    ['rows out of order', inSheet('<row r="2"/><row r="1"/>')],
    ['a row beyond the last', inSheet('<row r="1048577"/>')],
    ['a cell without a column', inSheet('<row r="1"><c r="1"><v>1</v></c></row>')],
    ['a text that is not there', inSheet('<row r="1"><c t="s"><v>1</v></c></row>')],
    ['two cells in one place', inSheet('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>')],
    [
      'a count that is none',
      ods('<table:table table:name="a"><table:table-row table:number-rows-repeated="-1"/></table:table>'),
    ],
    [
      'rows beyond the last',
      ods(
        '<table:table table:name="a"><table:table-row table:number-rows-repeated="1048576"/><table:table-row><table:table-cell><text:p>1</text:p></table:table-cell></table:table-row></table:table>',
      ),
    ],
  ])('%s', async (_what, file) => {
    expect(await refusalOf(await file)).toMatchObject({ code: 'file-damaged' })
  })

  test('wherever it is cut off', async () => {
    const whole = await archive(PARTS)
    for (let length = 4; length < whole.length; length += 97)
      expect(await refusalOf(whole.subarray(0, length))).toMatchObject({ code: 'file-damaged' })
  })

  test('or wherever a byte is another, unless it is read as if none were', async () => {
    const whole = await archive(PARTS)
    const read = await readWorkbook(whole)
    for (let at = 4; at < whole.length; at += 13) {
      const bytes = Buffer.from(whole)
      bytes[at] = (bytes[at] as number) ^ 0x55
      const outcome = await readWorkbook(bytes).catch((error) => error)
      if (outcome instanceof Error) expect(outcome).toMatchObject({ name: 'SpreadsheetRefused' })
      else expect(outcome).toEqual(read)
    }
  })
})

describe('what would cost more than a list of people does is refused', () => {
  const cell = (text: string, attributes = '') =>
    `<table:table-cell ${attributes}><text:p>${text}</text:p></table:table-cell>`
  const table = (rows: string) => ods(`<table:table table:name="a">${rows}</table:table>`)
  it.each<[string, Promise<Buffer>]>([
    [
      'blanks that unpack to a thousand times as much',
      sheet(`<worksheet>${' '.repeat(70 * 1024 * 1024)}</worksheet>`),
    ],
    [
      'a text without end',
      inSheet(`<row><c t="inlineStr"><is><t>${'x'.repeat(3 * 1024 * 1024)}</t></is></c></row>`),
    ],
    [
      'a text of many runs',
      xlsx('<row><c t="s"><v>0</v></c></row>', {
        strings: `<si>${'<r><t>xxxxxxxxxx</t></r>'.repeat(10_001)}</si>`,
      }),
    ],
    [
      'a value of many parts',
      inSheet(`<row><c t="str"><v>${'<![CDATA[xxxxxxxxxx]]>'.repeat(10_001)}</v></c></row>`),
    ],
    ['paragraphs', table(`<table:table-row>${cell('a</text:p><text:p>'.repeat(60_000))}</table:table-row>`)],
    ['elements in elements', sheet('<a>'.repeat(300) + '</a>'.repeat(300))],
    ['a column beyond the limit', inSheet('<row r="1"><c r="ALM1"><v>1</v></c></row>')],
    [
      'a row of more than a megabyte',
      inSheet(`<row>${`<c t="inlineStr"><is><t>${'x'.repeat(30_000)}</t></is></c>`.repeat(40)}</row>`),
    ],
    [
      'rows repeated',
      table(
        `<table:table-row table:number-rows-repeated="1000000">${cell(filler.repeat(10))}</table:table-row>`,
      ),
    ],
    [
      'cells repeated',
      table(`<table:table-row>${cell('a', 'table:number-columns-repeated="16384"')}</table:table-row>`),
    ],
    [
      'blanks repeated',
      table(`<table:table-row>${cell('<text:s text:c="1000000000"/>x')}</table:table-row>`),
    ],
    [
      'a text that the first rows of many sheets share',
      xlsx(
        Array.from({ length: 50 }, (_, at) => ({
          name: `S${at}`,
          xml: '<row><c t="s"><v>0</v></c></row>'.repeat(20),
        })),
        { strings: `<si><t>${'x'.repeat(100_000)}</t></si>` },
      ),
    ],
    ['sheets', xlsx(Array.from({ length: 1001 }, (_, at) => ({ name: `S${at}`, xml: '' })))],
    [
      'parts',
      archive({
        ...PARTS,
        ...Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`a/${at}`, ''])),
      }),
    ],
  ])('%s', async (_what, file) => {
    expect(await refusalOf(await file)).toMatchObject({ code: 'file-too-complex' })
  })

  test('parts that share their bytes', async () => {
    const whole = await archive({ ...PARTS, 'xl/media/a.png': 'a'.repeat(100) })
    // The second entry of the list is made to say that its bytes are as many as the whole file has.
    const entry = whole.indexOf(Buffer.from('PK\x01\x02'))
    whole.writeUInt32LE(whole.length, entry + 20)
    expect(['file-too-complex', 'file-damaged']).toContain((await refusalOf(whole)).code)
  })
})
