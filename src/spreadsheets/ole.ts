import { encrypted, notReadable, type SpreadsheetRefused } from './refused.ts'

/** With these bytes begin files of the old kind, with a folder in them: .xls, and .xlsx with a password. */
const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex')

/** Whether a file that begins so is one of them. */
export function isOle(start: Buffer): boolean {
  return start.subarray(0, OLE.length).equals(OLE)
}

const ENCRYPTED = Buffer.from('EncryptedPackage', 'utf16le')
const OVERLAP = ENCRYPTED.length - 1

/** What such a file is, and what to do: its folder names a package that is encrypted, or a workbook of before 2007. */
export async function refusalOfOle(bytes: AsyncIterable<Buffer>): Promise<SpreadsheetRefused> {
  let end: Buffer = Buffer.alloc(0)
  for await (const piece of bytes) {
    const text = Buffer.concat([end, piece])
    if (text.includes(ENCRYPTED)) return encrypted()
    end = text.subarray(-OVERLAP)
  }
  return notReadable('an old Excel file (.xls), or another document of its time')
}
