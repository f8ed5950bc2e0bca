import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'

/** A ZIP archive of these parts, in their order. */
export async function archive(parts: Record<string, string | Buffer>): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, content] of Object.entries(parts)) zip.addBuffer(Buffer.from(content), name)
  zip.end()
  return buffer(zip.outputStream as Readable)
}

export type SheetXml = { name: string; state?: string; xml: string }

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** The parts of a workbook (.xlsx) by hand: the XML of each sheet’s rows, of its shared strings and of its styles. */
export function xlsxParts(
  sheets: readonly SheetXml[],
  {
    strings = '',
    styles = '',
    properties = '',
  }: { strings?: string; styles?: string; properties?: string } = {},
): Record<string, string> {
  const all = sheets.map((sheet, at) => ({ ...sheet, at: at + 1 }))
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`
  return {
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': `<Relationships>${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': `<workbook>${properties}<sheets>${all
      .map(
        ({ name, state, at }) =>
          `<sheet name="${name}" sheetId="${at}"${state ? ` state="${state}"` : ''} r:id="s${at}"/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${all
      .map(({ at }) => relation(`s${at}`, 'worksheet', `worksheets/sheet${at}.xml`))
      .join(
        '',
      )}${relation('strings', 'sharedStrings', '/xl/sharedStrings.xml')}${relation('styles', 'styles', 'styles.xml')}</Relationships>`,
    'xl/sharedStrings.xml': `<sst>${strings}</sst>`,
    'xl/styles.xml': `<styleSheet>${styles}</styleSheet>`,
    ...Object.fromEntries(
      all.map(({ xml, at }) => [
        `xl/worksheets/sheet${at}.xml`,
        `<worksheet><sheetData>${xml}</sheetData></worksheet>`,
      ]),
    ),
  }
}

/** A workbook (.xlsx) of one sheet or several. */
export function xlsx(
  sheets: string | readonly SheetXml[],
  rest?: { strings?: string; styles?: string; properties?: string },
): Promise<Buffer> {
  return archive(xlsxParts(typeof sheets === 'string' ? [{ name: 'Staff', xml: sheets }] : sheets, rest))
}

/** A spreadsheet of OpenDocument (.ods): the XML of its tables. */
export function ods(tables: string, parts: Record<string, string> = {}): Promise<Buffer> {
  return archive({
    mimetype: 'application/vnd.oasis.opendocument.spreadsheet',
    'content.xml': `<office:document-content><office:automatic-styles><style:style style:name="hidden" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>${tables}</office:spreadsheet></office:body></office:document-content>`,
    ...parts,
  })
}

/** Rows of texts as the XML of a sheet. */
export function sheetRows(...rows: string[][]): string {
  return rows
    .map(
      (cells, at) =>
        `<row r="${at + 1}">${cells.map((cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`).join('')}</row>`,
    )
    .join('')
}
