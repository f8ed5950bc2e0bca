import type { FileHandle } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { type Archive, openArchive } from './archive.ts'
import { readOds } from './read-ods.ts'
import { readXlsx } from './read-xlsx.ts'
import { damaged, encrypted, notReadable, withMacros } from './refused.ts'
import type { Limits, Workbook } from './workbook.ts'

/** With these bytes begins a ZIP archive, and with it every workbook. */
const ARCHIVE = Buffer.from('PK\x03\x04', 'latin1')

/** How many bytes of a file `isArchive` looks at. */
export const SIGNATURE_LENGTH = ARCHIVE.length

/** Whether a file that begins so is a ZIP archive. */
export function isArchive(start: Buffer): boolean {
  return start.subarray(0, SIGNATURE_LENGTH).equals(ARCHIVE)
}

/**
 * Opens a workbook (.xlsx) or a spreadsheet of OpenDocument (.ods), whatever its name, and reads the start of its
 * sheets. The file stays its caller’s, to be closed after it.
 * @throws SpreadsheetRefused for what is neither, damaged, encrypted, has macros, or has more than its limits
 */
export async function openWorkbook(file: FileHandle, limits: Limits): Promise<Workbook> {
  const archive = await openArchive(file)
  const begins = (start: string) => archive.names.some((name) => name.toLowerCase().startsWith(start))
  if (archive.has('mimetype')) return openDocument(archive, limits)
  if (archive.names.some((name) => /(?:^|\/)vbaproject\.bin$|^xl\/macrosheets\//i.test(name)))
    throw withMacros()
  if (archive.has('xl/workbook.bin')) throw notReadable('an Excel Binary Workbook (.xlsb)')
  if (begins('word/')) throw notReadable('a Word document')
  if (begins('ppt/')) throw notReadable('a PowerPoint presentation')
  if (archive.has('index/document.iwa') || archive.has('index.zip'))
    throw notReadable('a document of Apple’s Numbers, Pages or Keynote')
  if (archive.has('[Content_Types].xml')) return readXlsx(archive, limits)
  throw notReadable('a compressed archive (ZIP), or another document that is one')
}

const SPREADSHEET = /^application\/vnd\.oasis\.opendocument\.spreadsheet(?:-template)?$/

async function openDocument(archive: Archive, limits: Limits): Promise<Workbook> {
  const type = (await start(archive, 'mimetype', 200)).trim()
  if (!SPREADSHEET.test(type)) throw notReadable('a document of another kind than a spreadsheet')
  if (archive.names.some((name) => /^(?:basic|scripts)\/.*\.\w+$/i.test(name))) throw withMacros()
  // A file with a password says in its list of parts how each is encrypted.
  if (archive.has('META-INF/manifest.xml')) {
    const manifest = await start(archive, 'META-INF/manifest.xml', MOST_MANIFEST)
    if (/<(?:\w+:)?encryption-data\b/.test(manifest)) throw encrypted()
  }
  if (!archive.has('content.xml')) throw damaged('no content')
  return readOds(archive, limits)
}

const MOST_MANIFEST = 4 * 1024 * 1024

async function start(archive: Archive, name: string, most: number): Promise<string> {
  return text(upTo(archive.read(name), most))
}

async function* upTo(bytes: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer> {
  let read = 0
  for await (const piece of bytes) {
    yield piece.subarray(0, most - read)
    read += piece.length
    if (read >= most) return
  }
}
