import type { Random } from '../../src/demo/random.ts'
import { asXml, type Parts } from '../support/workbooks.ts'

/** A sheet of a workbook (.xlsx): its rows, the first of them in its row 1, and what stands after them. */
export type XlsxSheet = {
  name: string
  rows: readonly (readonly Cell[])[]
  isHidden?: boolean
  after?: string
}

/** A text, or a cell as it is written: its attributes, and what stands in it. */
export type Cell = string | { attributes: string; inside: string }

/** How a text may stand in a cell. */
type Form = 'shared' | 'in parts' | 'inline' | 'formula'
const FORMS: readonly Form[] = ['shared', 'shared', 'in parts', 'inline', 'formula']

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'

/** Number formats by their places in `cellXfs`: General, and those that the cells of other programs have most. */
const FORMATS = [0, 14, 2, 9, 49, 164, 165]
const STYLES = `<styleSheet xmlns="${MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="dd mmm yyyy"/><numFmt numFmtId="165" formatCode="00000"/></numFmts><cellXfs count="${FORMATS.length}">${FORMATS.map((id) => `<xf numFmtId="${id}" applyNumberFormat="1"/>`).join('')}</cellXfs></styleSheet>`

/** The parts of a workbook (.xlsx), each of its texts written in one of the ways in which other programs write them. */
export function xlsxParts(random: Random, sheets: readonly XlsxSheet[]): Parts {
  const texts = new Map<string, number>()
  const hasPlaces = random.percent(80)
  const xml = sheets.map(({ rows, after = '' }) => {
    const lines = rows.map((cells, row) => rowXml(cells, row + 1)).join('')
    return `<worksheet xmlns="${MAIN}"><sheetData>${lines}</sheetData>${after}</worksheet>`
  })
  return {
    '[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types"/>`,
    '_rels/.rels': `<Relationships xmlns="${PACKAGE}/relationships">${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': workbookXml(sheets),
    'xl/_rels/workbook.xml.rels': relationsXml(sheets.length),
    'xl/styles.xml': STYLES,
    'xl/sharedStrings.xml': `<sst xmlns="${MAIN}" count="${texts.size}" uniqueCount="${texts.size}">${[...texts.keys()].join('')}</sst>`,
    ...Object.fromEntries(xml.map((one, at) => [`xl/worksheets/sheet${at + 1}.xml`, one])),
  }

  function rowXml(cells: readonly Cell[], row: number): string {
    const filled = cells.map((cell, at) => cellXml(cell, hasPlaces ? ` r="${columnName(at)}${row}"` : ''))
    return `<row r="${row}">${filled.join('')}</row>`
  }

  function cellXml(cell: Cell, place: string): string {
    if (typeof cell !== 'string') return `<c${place} ${cell.attributes}>${cell.inside}</c>`
    if (cell === '') return place === '' ? '<c/>' : ''
    if (/^[1-9]\d{0,14}$/.test(cell) && random.percent(50)) return `<c${place}><v>${cell}</v></c>`
    const text = escaped(cell)
    switch (random.pick(FORMS)) {
      case 'inline':
        return `<c${place} t="inlineStr"><is>${run(text)}</is></c>`
      case 'formula':
        return `<c${place} t="str"><f>A1</f><v>${text}</v></c>`
      case 'shared':
        return `<c${place} t="s"><v>${numberOf(run(text))}</v></c>`
      case 'in parts': {
        const at = Math.max(0, cell.search(/(?<=[a-z])[a-z]/))
        const parts = [cell.slice(0, at), cell.slice(at)].map((part) => `<r>${run(escaped(part))}</r>`)
        return `<c${place} t="s"><v>${numberOf(`${parts.join('')}<rPh sb="0" eb="1"><t>no</t></rPh>`)}</v></c>`
      }
    }
  }

  function numberOf(inside: string): number {
    const text = `<si>${inside}</si>`
    const at = texts.get(text) ?? texts.size
    texts.set(text, at)
    return at
  }
}

function run(text: string): string {
  return `<t xml:space="preserve">${text}</t>`
}

// What XML has not stands as its number; so does a carriage return, which XML would read as a line feed.
function escaped(text: string): string {
  const written = text.replace(/_(?=x[0-9A-F]{4}_)/gi, '_x005F_').replace(NO_XML, (sign) => {
    return `_x${sign.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}_`
  })
  return asXml(written)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NO_XML = /[\x01-\x08\x0b-\x1f\ufffe\uffff]/g

function workbookXml(sheets: readonly XlsxSheet[]): string {
  const each = sheets.map(({ name, isHidden }, at) => {
    return `<sheet name="${asXml(name)}" sheetId="${at + 1}"${isHidden ? ' state="hidden"' : ''} r:id="rId${at + 1}"/>`
  })
  return `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${each.join('')}</sheets></workbook>`
}

function relationsXml(sheets: number): string {
  const each = Array.from({ length: sheets }, (_, at) =>
    relation(`rId${at + 1}`, 'worksheet', `worksheets/sheet${at + 1}.xml`),
  )
  const others = [
    relation('texts', 'sharedStrings', 'sharedStrings.xml'),
    relation('styles', 'styles', 'styles.xml'),
  ]
  return `<Relationships xmlns="${PACKAGE}/relationships">${[...each, ...others].join('')}</Relationships>`
}

function relation(id: string, type: string, target: string): string {
  return `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`
}

/** `A` to `ZZ`, counted from 0. */
function columnName(at: number): string {
  return (at >= 26 ? columnName(Math.floor(at / 26) - 1) : '') + String.fromCharCode(65 + (at % 26))
}
