import { encodingFamily } from '../csv/encoding.ts'
import { MalformedCsv } from '../csv/malformed.ts'
import { isBlank, MAX_RECORD_LENGTH, recordSplitter } from '../csv/parse.ts'
import { type RawText, rawText } from '../csv/raw-text.ts'
import { UPLOAD_FORMAT, type UploadFormat } from './columns.ts'
import { delimiterOf, START_LENGTH } from './delimiter.ts'
import { withoutEmptyColumns } from './empty-columns.ts'
import { masked, rowEmptier, type Treatment } from './empty-rows.ts'
import { namesPasswords } from './heading-words.ts'
import { sortHeadings } from './headings.ts'

export type PasswordEmptier = {
  /** What may be stored by now of the bytes so far. */
  push(bytes: Buffer): Buffer
  end(): Buffer
}

/** Worked on at once. A record that isn't whole is looked at again with the next part, so less would be slow. */
const PART_BYTES = 64 * 1024

/** A heading row that names passwords and isn't whole by then is refused in any encoding; another one isn't waited for so long. */
const MOST_HELD = 4 * MAX_RECORD_LENGTH

/**
 * Empties the cells of passwords while a file's bytes arrive, so that none is ever stored: the check then reads of every
 * row what it would have read of the file as it came. A file without a column of passwords passes byte for byte, and of
 * one that is no text nothing does. Held is the heading row, then a part and a record at the most.
 */
export function passwordEmptier(maxColumns?: number, format: UploadFormat = UPLOAD_FORMAT): PasswordEmptier {
  let waiting: Buffer[] = []
  let size = 0
  let text: RawText | 'none' | undefined
  let start = ''
  let nextLook = 0
  let treatment: Treatment | 'untouched' | undefined
  return {
    push: (bytes) => {
      const done: Buffer[] = []
      for (let at = 0; at < bytes.length; at += PART_BYTES) {
        if (treatment === 'untouched') return Buffer.concat([...done, bytes.subarray(at)])
        done.push(take(bytes.subarray(at, at + PART_BYTES)))
      }
      return Buffer.concat(done)
    },
    end: () => (treatment === 'untouched' ? NOTHING : treat(true)),
  }

  function take(part: Buffer): Buffer {
    waiting.push(part)
    size += part.length
    return size < PART_BYTES ? NOTHING : treat(false)
  }

  function treat(isEnd: boolean): Buffer {
    const bytes = Buffer.concat(waiting)
    waiting = []
    size = 0
    text ??= textOf(bytes)
    if (text === 'none') return NOTHING
    const given = text.read(bytes)
    const done = treatment === undefined ? begin(text, given, isEnd) : below(given, isEnd)
    const rest = isEnd || treatment === 'untouched' ? text.rest() : NOTHING
    return Buffer.concat([text.write(done), rest])
  }

  function begin(raw: RawText, given: string, isEnd: boolean): string {
    start += given
    if (start.length < nextLook && !isEnd) return ''
    nextLook = 2 * start.length
    const found = findTreatment(raw, start, { isEnd, maxColumns, format })
    if (!found) return ''
    treatment = found.treatment
    const done = start.slice(0, found.from) + below(start.slice(found.from), isEnd)
    start = ''
    return done
  }

  function below(given: string, isEnd: boolean): string {
    return typeof treatment === 'function' ? treatment(given, isEnd) : given
  }
}

const NOTHING = Buffer.alloc(0)

function textOf(bytes: Buffer): RawText | 'none' {
  const family = encodingFamily(bytes)
  return typeof family === 'string' ? rawText(family) : 'none'
}

type Known = { isEnd: boolean; maxColumns: number | undefined; format: UploadFormat }

/** What is to be done with the text from `from` on; undefined while the heading row isn't whole. */
function findTreatment(
  raw: RawText,
  start: string,
  { isEnd, maxColumns, format }: Known,
): { from: number; treatment: Treatment | 'untouched' } | undefined {
  const split = (text: string) => delimiterOf(text, format, maxColumns)
  const text = split(start.slice(MARK.exec(start)?.[0].length ?? 0)).text
  const [delimiter, ...others] = raw.readings.map((read) => split(read(text.slice(0, LOOKED_AT))).delimiter)
  // Which of them is right only the whole file tells. The check then empties the copy that is kept.
  if (delimiter === undefined || others.some((other) => other !== delimiter)) return untouched(start)
  const head = headOf(raw, text, delimiter, isEnd)
  const words = withoutEmptyColumns(head?.cells ?? [])
  const readings = raw.readings.map((read) => sortHeadings(words.map(read), 1, format))
  if (!head || readings.every(({ columns }) => columns.length === 0)) {
    const refused = treatRefused(start, format)
    const most = refused.treatment === 'untouched' ? MAX_RECORD_LENGTH : MOST_HELD
    if (!head && !isEnd && start.length < most) return undefined
    // Below megabytes of blank rows a row that isn't whole yet may be one that is read.
    const isLong = text.length - text.search(/[^\s,;|"]/) >= MOST_HELD - MAX_RECORD_LENGTH
    return head || isEnd || isLong ? refused : untouched(start)
  }
  const passwords = [...new Set(readings.flatMap((headings) => headings.passwords))].sort((a, b) => a - b)
  if (passwords.length === 0) return untouched(start)
  const headings = readings.map((reading) => ({ ...reading, passwords }))
  const from = start.length - text.length + head.length
  const isTrimmed = words.length < head.cells.length
  return { from, treatment: rowEmptier(raw, headings, { delimiter, format, isTrimmed }) }
}

/** A byte order mark as the two kinds of raw text have it. */
const MARK = /^(?:\ufeff|ï»¿)/

/** For the delimiter: what the check looks at, or a little more. */
const LOOKED_AT = 2 * START_LENGTH

function untouched(start: string): { from: number; treatment: 'untouched' } {
  return { from: start.length, treatment: 'untouched' }
}

/** The first row with anything in it, and how much of the text goes up to its end; undefined where it isn't whole. */
function headOf(
  raw: RawText,
  text: string,
  delimiter: string,
  isEnd: boolean,
): { cells: string[]; length: number } | undefined {
  const isEmpty = (cells: string[]) => raw.readings.some((read) => isBlank(cells.map(read)))
  try {
    const records = recordSplitter(delimiter, { mostLength: MOST_HELD }).upToFirst(text, isEmpty)
    const length = records.reduce((sum, record) => sum + record.length, 0)
    const cells = records.at(-1)?.cells
    return cells && (isEnd || length < text.length) ? { cells, length } : undefined
  } catch (error) {
    if (error instanceof MalformedCsv) return undefined
    throw error
  }
}

/** The check refuses a file without a heading row, so that nothing is read below what names passwords in its beginning. */
function treatRefused(
  start: string,
  format: UploadFormat,
): { from: number; treatment: Treatment | 'untouched' } {
  let from = 0
  for (const line of start.split(/(?<=[\r\n])/)) {
    from += line.length
    if (line.split(/[,;\t|"]/).some((word) => namesPasswords(word, format)))
      return { from, treatment: masked }
  }
  return untouched(start)
}
