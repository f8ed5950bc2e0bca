import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { type Entry, fromFdPromise, type ZipFile } from 'yauzl'
import { damaged, encrypted, SpreadsheetRefused, tooComplex } from './refused.ts'

/** The parts of a spreadsheet’s file, which is a ZIP archive. */
export type Archive = {
  /** As their archive spells them. */
  names: string[]
  /** Without regard to case, as the parts of a workbook are named. */
  has(name: string): boolean
  /**
   * The bytes of a part, unpacked as they are read.
   * @throws SpreadsheetRefused for one that isn't there, is damaged, or would unpack to too much
   */
  read(name: string): AsyncGenerator<Buffer, void>
}

/** A workbook has some dozens of parts, and one for each sheet and picture. */
const MOST_ENTRIES = 10_000

/**
 * What one part may unpack to. A sheet of a million rows and 15 columns as LibreOffice writes it has 1.7 GB. Larger than
 * `ANY_RATIO`, at most `MOST_RATIO` times what it is packed: sheets come to 60, what is made to do harm to 1,000.
 */
const MOST_BYTES = 4 * 1024 ** 3
const ANY_RATIO = 64 * 1024 ** 2
const MOST_RATIO = 300

/**
 * Opens an archive, and reads which parts it has. The file stays its caller’s, to be closed once nothing is read any more.
 * @throws SpreadsheetRefused for one that is damaged, encrypted, or made to do harm
 */
export async function openArchive(file: FileHandle): Promise<Archive> {
  const { size } = await file.stat()
  const zip = await orDamaged(fromFdPromise(file.fd, { autoClose: false, lazyEntries: true }))
  if (zip.entryCount > MOST_ENTRIES) throw tooComplex('too many entries')
  const entries = new Map<string, Entry>()
  const names: string[] = []
  let packed = 0
  const read = zip.eachEntry()
  for (;;) {
    const next = await orDamaged(read.next())
    if (next.done) break
    const entry = next.value
    if (entry.isEncrypted()) throw encrypted()
    const key = entry.fileName.toLowerCase()
    if (entries.has(key)) throw damaged('two entries of one name')
    entries.set(key, entry)
    names.push(entry.fileName)
    packed += entry.compressedSize
  }
  // Entries that share their bytes are how a few megabytes unpack to terabytes.
  if (packed > size) throw tooComplex('entries that overlap')
  return {
    names,
    has: (name) => entries.has(name.toLowerCase()),
    read: (name) => readEntry(zip, entries.get(name.toLowerCase())),
  }
}

async function* readEntry(zip: ZipFile, entry: Entry | undefined): AsyncGenerator<Buffer, void> {
  if (!entry) throw damaged('a part that is named and is not there')
  const { compressedSize, uncompressedSize } = entry
  const isOutOfProportion = uncompressedSize > ANY_RATIO && uncompressedSize > MOST_RATIO * compressedSize
  if (uncompressedSize > MOST_BYTES || isOutOfProportion) throw tooComplex('a part that unpacks to too much')
  const stream = await orDamaged(zip.openReadStreamPromise(entry))
  let sum = 0
  const chunks = stream[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await orDamaged(chunks.next())
      if (next.done) break
      sum = crc32(next.value, sum)
      yield next.value
    }
  } finally {
    stream.destroy()
  }
  if (sum !== entry.crc32) throw damaged('a part whose checksum is another')
}

// Any error of the archive's reader, but those of the operating system, is a fault of the file.
async function orDamaged<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException
    if (error instanceof SpreadsheetRefused || syscall !== undefined) throw error
    throw /encrypt/i.test(message) ? encrypted() : damaged(message)
  }
}
