import type { Config } from '../config.ts'
import { InvalidInput } from '../errors.ts'
import { asCsv } from '../spreadsheets/as-csv.ts'
import { isOle, refusalOfOle } from '../spreadsheets/ole.ts'
import { isArchive, openWorkbook } from '../spreadsheets/open-workbook.ts'
import { SpreadsheetRefused } from '../spreadsheets/refused.ts'
import { temporaryFile } from '../spreadsheets/temporary-file.ts'
import { chooseSheet, otherSheets, toldName } from './choose-sheet.ts'
import { tooLarge } from './file-pieces.ts'
import type { SentAs } from './upload.ts'

export type ArrivingFile = {
  /** Of text: those of a workbook are the CSV of one of its sheets. To be read once. */
  bytes: AsyncGenerator<Buffer>
  /** What the file is, once its bytes are read. */
  sentAs(): SentAs
}

type Limits = Pick<Config, 'uploadMaxBytes' | 'uploadMaxColumns'>

/**
 * A file as it arrives, told by its first bytes. A workbook waits in a temporary file until it is whole, and leaves as
 * CSV, so that all that follows (what is stored, hashed, scanned, checked) is one kind of file: decision 0017.
 * @param sheet which one a person has asked for
 * @throws InvalidInput while it is read: it doesn't arrive whole, is too large, or no spreadsheet that can be read
 */
export function arrivingFile(
  file: { bytes: AsyncIterable<Buffer>; sheet?: string | undefined },
  limits: Limits,
): ArrivingFile {
  const wanted = file.sheet?.trim() || undefined
  let sentAs: SentAs = { format: 'csv', sheet: null, otherSheets: [] }
  return { bytes: read(), sentAs: () => sentAs }

  async function* read(): AsyncGenerator<Buffer> {
    const { start, bytes } = await beginningOf(whileItArrives(file.bytes))
    if (isArchive(start)) return yield* fromWorkbook(bytes)
    if (isOle(start)) throw refusedInput(await refusalOfOle(upTo(limits, bytes)))
    if (wanted !== undefined) throw hasNoSheets()
    yield* bytes
  }

  async function* fromWorkbook(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    await using kept = await temporaryFile()
    for await (const chunk of upTo(limits, bytes)) await kept.appendFile(chunk)
    try {
      await using workbook = await openWorkbook(kept, { maxColumns: limits.uploadMaxColumns })
      const sheet = chooseSheet(workbook.sheets, wanted)
      sentAs = {
        format: workbook.format,
        sheet: toldName(sheet),
        otherSheets: otherSheets(workbook.sheets, sheet),
      }
      yield* asCsv(workbook, sheet)
    } catch (error) {
      throw error instanceof SpreadsheetRefused ? refusedInput(error) : error
    }
  }
}

function refusedInput({ message, code }: SpreadsheetRefused): InvalidInput {
  return new InvalidInput(message, { field: 'file', code })
}

function hasNoSheets(): InvalidInput {
  return new InvalidInput(
    'The file is text (CSV) and has no sheets. Leave the sheet empty, or send the workbook itself.',
    { field: 'sheet', code: 'sheet-missing' },
  )
}

/** So many bytes tell what a file is. */
const SIGNATURE_LENGTH = 8

async function beginningOf(
  chunks: AsyncGenerator<Buffer>,
): Promise<{ start: Buffer; bytes: AsyncGenerator<Buffer> }> {
  let start: Buffer = Buffer.alloc(0)
  while (start.length < SIGNATURE_LENGTH) {
    const { value, done } = await chunks.next()
    if (done) break
    start = Buffer.concat([start, value])
  }
  return { start, bytes: joined(start, chunks) }
}

async function* joined(start: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield start
  yield* rest
}

async function* upTo(
  { uploadMaxBytes: limit }: Limits,
  bytes: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  let size = 0
  for await (const chunk of bytes) {
    size += chunk.length
    if (limit !== undefined && size > limit) throw tooLarge(limit)
    yield chunk
  }
}

// A client that stops sending, or a broken frame around the file, is no fault of the portal, so it is told as bad input.
async function* whileItArrives(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks
  } catch (error) {
    throw error instanceof InvalidInput
      ? error
      : new InvalidInput('The file did not arrive whole. Nothing was kept: send it again.', {
          field: 'file',
          code: 'file-incomplete',
        })
  }
}
