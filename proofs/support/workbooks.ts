import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'
import { writeXlsx } from '../../src/spreadsheets/write-xlsx.ts'
import { XLSX_TYPE } from '../../src/spreadsheets/xlsx-frame.ts'

/** As what a proof sends a table. */
export type FileKind = 'csv' | 'xlsx' | 'ods'
export type WorkbookKind = Exclude<FileKind, 'csv'>

const SHARES: readonly FileKind[] = ['csv', 'xlsx', 'ods', 'csv', 'csv']

/** What the files of a round are: two of five are workbooks. */
export function fileKindOf(seed: number): FileKind {
  return SHARES[seed % SHARES.length] as FileKind
}

/** What each kind of file is called where it is sent. */
export const CONTENT_TYPES: Record<FileKind, string> = {
  csv: 'text/csv',
  xlsx: XLSX_TYPE,
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
}

/** Rows of texts as the first sheet of a workbook, the first of them in its row 1. */
export function asWorkbook(kind: WorkbookKind, rows: readonly (readonly string[])[]): Promise<Buffer> {
  return kind === 'xlsx' ? buffer(writeXlsx(inOneBatch(rows))) : archive(odsParts(rows))
}

/**
 * What is left of a text where a workbook holds it: OpenDocument knows one kind of line end, and only the characters of
 * XML; no kind has halves of surrogate pairs.
 */
export function sayable(kind: WorkbookKind, text: string): string {
  const whole = text.toWellFormed()
  return kind === 'xlsx' ? whole : whole.replace(/\r\n?/g, '\n').replace(NO_XML, 'x')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NO_XML = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g

async function* inOneBatch(
  rows: readonly (readonly string[])[],
): AsyncGenerator<readonly (readonly string[])[]> {
  yield rows
}

/** The parts of a workbook's file by their names, in the order in which they stand in it. */
export type Parts = Record<string, string>

/** A file of these parts. */
export function archive(parts: Parts): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, content] of Object.entries(parts))
    zip.addBuffer(Buffer.from(content), name, {
      compress: name !== 'mimetype',
      mtime: new Date(Date.UTC(2000, 0, 1)),
    })
  zip.end()
  return buffer(zip.outputStream as Readable)
}

const OASIS = 'urn:oasis:names:tc:opendocument:xmlns'
const NAMES = ['office', 'table', 'text'].map((name) => `xmlns:${name}="${OASIS}:${name}:1.0"`).join(' ')

/** A spreadsheet of OpenDocument, as LibreOffice writes it: what stands side by side or below each other, as one repeated. */
export function odsParts(rows: readonly (readonly string[])[], more = ''): Parts {
  const table = `<table:table table:name="Staff"><table:table-column/>${odsRows(rows)}</table:table>${more}`
  return {
    mimetype: 'application/vnd.oasis.opendocument.spreadsheet',
    'content.xml': `<?xml version="1.0" encoding="UTF-8"?><office:document-content ${NAMES} office:version="1.3"><office:body><office:spreadsheet>${table}</office:spreadsheet></office:body></office:document-content>`,
    'META-INF/manifest.xml': `<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="${OASIS}:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`,
  }
}

export function odsRows(rows: readonly (readonly string[])[]): string {
  return runsOf(rows.map((cells) => runsOf(cells.map(odsCell), 'columns').join('')).map(odsRow), 'rows').join(
    '',
  )
}

function odsRow(cells: string): string {
  return `<table:table-row>${cells || '<table:table-cell/>'}</table:table-row>`
}

export function odsCell(text: string): string {
  if (text === '') return '<table:table-cell></table:table-cell>'
  const paragraphs = text.split('\n').map((line) => `<text:p>${odsLine(line)}</text:p>`)
  return `<table:table-cell office:value-type="string">${paragraphs.join('')}</table:table-cell>`
}

// Blanks at the ends, and those behind another, would be lost.
function odsLine(line: string): string {
  return asXml(line)
    .replace(/^ +| +$| {2,}/g, (blanks) => `<text:s text:c="${blanks.length}"/>`)
    .replaceAll('\t', '<text:tab/>')
}

/** The elements, equal ones that follow each other as one. */
function runsOf(elements: readonly string[], what: 'rows' | 'columns'): string[] {
  const runs: { element: string; times: number }[] = []
  for (const element of elements) {
    const last = runs.at(-1)
    if (last?.element === element) last.times++
    else runs.push({ element, times: 1 })
  }
  return runs.map(({ element, times }) =>
    times === 1
      ? element
      : element.replace(/[ />]/, (end) => ` table:number-${what}-repeated="${times}"${end}`),
  )
}

/** A text as it stands between tags or in quotes. */
export function asXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
