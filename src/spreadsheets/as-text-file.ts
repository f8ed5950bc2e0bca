import { asCsv } from './as-csv.ts'
import { isOle, refusalOfOle } from './ole.ts'
import { isArchive, openWorkbook } from './open-workbook.ts'
import { SpreadsheetRefused, tooComplex } from './refused.ts'
import { temporaryFile } from './temporary-file.ts'

/**
 * A small file as text: a workbook (.xlsx, .ods) as the CSV of its first sheet with something in it, anything else as it is.
 * @param limits the widest row, and how many bytes the CSV may have
 * @throws SpreadsheetRefused for a workbook that can't be read, or is larger than that
 */
export async function asTextFile(
  bytes: Buffer,
  limits: { maxColumns: number; maxBytes: number },
): Promise<Buffer> {
  if (isOle(bytes)) throw await refusalOfOle(pieces(bytes))
  if (!isArchive(bytes)) return bytes
  await using kept = await temporaryFile()
  await kept.appendFile(bytes)
  await using workbook = await openWorkbook(kept, limits)
  const sheet = workbook.sheets.find(({ start }) => start.length > 0)
  if (!sheet) throw new SpreadsheetRefused('file-empty', 'The file has no rows.')
  const read: Buffer[] = []
  let size = 0
  for await (const piece of asCsv(workbook, sheet)) {
    size += piece.length
    if (size > limits.maxBytes) throw tooComplex('a list that is larger than it may be')
    read.push(piece)
  }
  return Buffer.concat(read)
}

async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
