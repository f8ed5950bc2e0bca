import { encodingFamily } from '../csv/encoding.ts'
import { MalformedCsv } from '../csv/malformed.ts'
import { MAX_RECORD_LENGTH, recordSplitter } from '../csv/parse.ts'
import { type RawText, rawText } from '../csv/raw-text.ts'
import { isBlank } from '../csv/records.ts'
import { UPLOAD_FORMAT, type UploadFormat } from './columns.ts'
import { type Layout, layoutOf, START_LENGTH, withoutSep } from './delimiter.ts'
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
 * one that is no text nothing does. Held is the heading row, then a part and a record at the most; blank rows above it are
 * passed on.
 */
export function passwordEmptier(maxColumns?: number, format: UploadFormat = UPLOAD_FORMAT): PasswordEmptier {
  let waiting: Buffer[] = []
  let size = 0
  let text: RawText | 'none' | undefined
  let beginning = ''
  let layout: Layout | 'unsure' | undefined
  let start = '' // what isn't passed on yet: the row in which the headings may stand
  let isPassed = false
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
    if (beginning.length < LOOKED_AT) beginning += given
    if (beginning.length < LOOKED_AT && !isEnd) return ''
    layout ??= layoutIn(raw, beginning, { maxColumns, format })
    if (start.length < nextLook && !isEnd) return ''
    const found = findTreatment(raw, { start, isPassed, isEnd }, layout, { maxColumns, format })
    const passed = start.slice(0, found.from)
    const rest = start.slice(found.from)
    treatment = found.treatment
    isPassed ||= found.from > 0
    start = treatment === undefined ? rest : ''
    nextLook = 2 * start.length
    return treatment === undefined ? passed : passed + below(rest, isEnd)
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

/** How a file with this beginning is read; unsure where that depends on its encoding. */
function layoutIn(
  raw: RawText,
  beginning: string,
  { maxColumns, format }: { maxColumns: number | undefined; format: UploadFormat },
): Layout | 'unsure' {
  const text = unmarked(beginning)
  const [one, ...others] = raw.readings.map((read) => layoutOf(read(text), format, maxColumns))
  return one && others.every((other) => isSame(one, other)) ? one : 'unsure'
}

function isSame(one: Layout, other: Layout): boolean {
  return one.delimiter === other.delimiter && one.quote === other.quote && one.above === other.above
}

/** `start` is what isn't passed on yet; until something is, it begins as the file does. */
type Start = { start: string; isPassed: boolean; isEnd: boolean }

type Found = { from: number; treatment: Treatment | 'untouched' | undefined }

/** What is to be done with the text from `from` on: nothing can be said while the heading row isn't whole. */
function findTreatment(
  raw: RawText,
  { start, isPassed, isEnd }: Start,
  layout: Layout | 'unsure',
  { maxColumns, format }: { maxColumns: number | undefined; format: UploadFormat },
): Found {
  const text = isPassed ? start : withoutSep(unmarked(start))
  // Only the whole file tells which reading is right. The check then empties the copy that is kept.
  if (layout === 'unsure') return untouched(start)
  const { cells = [], length } = headOf(raw, text, layout, isEnd)
  const from = start.length - text.length + length
  const words = withoutEmptyColumns(cells)
  const readings = raw.readings.map((read) => sortHeadings(words.map(read), 1, format))
  if (readings.every(({ columns }) => columns.length === 0)) {
    const refused = treatRefused(start, format)
    const most = refused.treatment === 'untouched' ? MAX_RECORD_LENGTH : MOST_HELD
    const isWaitedFor = cells.length === 0 && !isEnd && start.length - from < most
    return isWaitedFor ? { from, treatment: undefined } : refused
  }
  const passwords = [...new Set(readings.flatMap((headings) => headings.passwords))].sort((a, b) => a - b)
  if (passwords.length === 0) return untouched(start)
  const headings = readings.map((reading) => ({ ...reading, passwords }))
  const isTrimmed = words.length < cells.length
  const { delimiter, quote } = layout
  const options = { delimiter, quote, format, mostCells: maxColumns, isTrimmed }
  return { from, treatment: rowEmptier(raw, headings, options) }
}

/** Without a byte order mark as the two kinds of raw text have it. */
function unmarked(beginning: string): string {
  return beginning.replace(/^(?:\ufeff|ï»¿)/, '')
}

/** For the layout: what the check looks at, of which a character takes three bytes at the most. */
const LOOKED_AT = 3 * START_LENGTH

function untouched(start: string): Found {
  return { from: start.length, treatment: 'untouched' }
}

/** The heading row, where it is whole, and how much of the text goes up to its end or to that of blank rows. */
function headOf(
  raw: RawText,
  text: string,
  { delimiter, quote, above }: Layout,
  isEnd: boolean,
): { cells?: string[] | undefined; length: number } {
  const isEmpty = (cells: string[]) => raw.readings.some((read) => isBlank(cells.map(read)))
  try {
    const splitter = recordSplitter(delimiter, { mostLength: MOST_HELD, resumes: true, quote })
    const { record, length } = splitter.first(text, isEnd, isEmpty, above)
    return record?.damage ? { length: 0 } : { cells: record?.cells, length }
  } catch (error) {
    if (error instanceof MalformedCsv) return { length: 0 }
    throw error
  }
}

/** The check refuses a file without a heading row, so that nothing is read below what names passwords in its beginning. */
function treatRefused(start: string, format: UploadFormat): Found {
  for (const { 0: line, index } of start.matchAll(FILLED)) {
    if (line.split(/[,;\t|:"']/).some((word) => namesPasswords(word, format)))
      return { from: index + line.length, treatment: masked }
  }
  return untouched(start)
}

/** What a line has from the first on that is neither blank nor separates cells. */
const FILLED = /[^\s,;|:"'][^\r\n]*/g
