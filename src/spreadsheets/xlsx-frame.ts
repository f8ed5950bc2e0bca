/** What is the same in every workbook (.xlsx) that we write, but for the number of its sheets. */

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const OF_DOCUMENT = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const OF_PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/** What a workbook (.xlsx) is called where it is sent. */
export const XLSX_TYPE = `${TYPE}.sheet`

/** Columns that are formatted as text: those of the file, and where somebody may add one. */
const TEXT_COLUMNS = 256

/** Up to the rows. The headings stay in sight. */
export function sheetStart(headingRow: number): string {
  const pane = `<pane ySplit="${headingRow}" topLeftCell="A${headingRow + 1}" activePane="bottomLeft" state="frozen"/>`
  return `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">${pane}</sheetView></sheetViews><cols><col min="1" max="${TEXT_COLUMNS}" width="18" style="1" customWidth="1"/></cols><sheetData>`
}

/** After the rows. Excel would mark every number among the texts as if it were a mistake. */
export const sheetEnd =
  '</sheetData><ignoredErrors><ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/></ignoredErrors></worksheet>'

/** The styles: of what nobody has filled, of text, and of headings. Number format 49 is text. */
export const STYLES = `${XML}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

export const RELATIONS = `${XML}<Relationships xmlns="${OF_PACKAGE}/relationships"><Relationship Id="rId1" Type="${OF_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>`

export function workbook(sheets: number): string {
  const each = numbered(
    sheets,
    (at) => `<sheet name="${at === 1 ? 'Accounts' : `Accounts ${at}`}" sheetId="${at}" r:id="rId${at}"/>`,
  )
  return `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OF_DOCUMENT}"><sheets>${each}</sheets></workbook>`
}

export function workbookRelations(sheets: number): string {
  const each = numbered(
    sheets,
    (at) =>
      `<Relationship Id="rId${at}" Type="${OF_DOCUMENT}/worksheet" Target="worksheets/sheet${at}.xml"/>`,
  )
  return `${XML}<Relationships xmlns="${OF_PACKAGE}/relationships">${each}<Relationship Id="rId${sheets + 1}" Type="${OF_DOCUMENT}/styles" Target="styles.xml"/></Relationships>`
}

export function contentTypes(sheets: number): string {
  const each = numbered(
    sheets,
    (at) => `<Override PartName="/xl/worksheets/sheet${at}.xml" ContentType="${TYPE}.worksheet+xml"/>`,
  )
  return `${XML}<Types xmlns="${OF_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>${each}</Types>`
}

function numbered(count: number, xml: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => xml(at + 1)).join('')
}
