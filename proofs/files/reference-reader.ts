import { asRead } from '../support/formula.ts'
import { type EncodingName, encodingOf, textOf } from './reference-encoding.ts'

/** What a careful person would read, or why they would send the file back. */
export type Reading =
  | { kind: 'table'; encoding: EncodingName; delimiter: string; headingRow: number; records: string[][] }
  /** Any of the reasons will do: a file can have several. */
  | { kind: 'useless'; reasons: Reason[] }

export type Reason = { code: string; row?: number; column?: number }

/**
 * A second reader, written from RFC 4180 and from what Excel does, in another way than the portal's: the whole text at
 * once, cell by cell with patterns. Where RFC and Excel leave a choice, these rules say who is right:
 * - Line ends are CRLF, LF or CR, also mixed: old and foreign files have them, and no cell holds one without quotes.
 * - Blanks before an opening and after a closing quote belong to no cell, as in `a, "b"`: RFC forbids it, people write it.
 * - A quote inside a cell that doesn't begin with one is a character, as in Excel: `6" pipe`.
 * - Text after a closing quote, and a quote never closed, are no reading: Excel takes a guess, which merges cells or rows.
 * - NUL is no text. A backslash, a single quote and `#` are characters like others.
 * - The delimiter is the one under which the heading row holds most headings; `sep=` in the first line is obeyed. A
 *   heading row that can't be read is looked at without its quotes.
 * - The heading row is the first row with anything in it, or the one with most headings where that has none.
 * - An apostrophe before what begins a formula, for whatever separator, is taken off: Muster puts it there.
 */
export function referenceReading(bytes: Buffer, mode: 'update' | 'both'): Reading {
  const door = notText(bytes)
  if (door) return { kind: 'useless', reasons: [{ code: door }] }
  const encoding = encodingOf(bytes)
  const whole = textOf(bytes, encoding)
  const said = /^("?)sep=([,;\t|])\1(?:\r\n?|\n)/i.exec(whole)
  const text = said ? whole.slice(said[0].length) : whole
  const delimiter = said?.[2] ?? bestDelimiter(text)
  const { records, faults } = recordsOf(text, delimiter)
  const reasons = [...faults]
  const isRead = faults.length === 0
  const at = headingPlace(records)
  const headings = records[at]
  if (headings) reasons.push(...headingFaults(headings, mode))
  else if (isRead) reasons.push({ code: 'no-heading-row' })
  if (isRead && headings && records.slice(at + 1).every(isBlank)) reasons.push({ code: 'no-rows' })
  if (reasons.length > 0) return { kind: 'useless', reasons }
  return { kind: 'table', encoding, delimiter, headingRow: at + 1, records: records.slice(at) }
}

// The first filled row, unless it is a title and one of the next holds headings.
function headingPlace(records: readonly string[][]): number {
  const filled = [...records.entries()].filter(([, cells]) => !isBlank(cells)).slice(0, 20)
  const known = ([, cells]: [number, string[]]) => new Set(fieldsOf(cells).filter(Boolean)).size
  const [first] = filled
  if (!first || known(first) > 0) return first?.[0] ?? -1
  const most = Math.max(...filled.map(known))
  return (most > 1 ? filled.find((one) => known(one) === most) : first)?.[0] ?? -1
}

export function isBlank(cells: readonly string[]): boolean {
  return cells.join('').trim() === ''
}

/** The records up to the first that can't be read, and why that can't. */
export function recordsOf(text: string, delimiter: string): { records: string[][]; faults: Reason[] } {
  const of = delimiter === '|' ? '\\|' : delimiter
  const blanks = delimiter === '\t' ? '\u0020*' : '[\u0020\t]*'
  const quoted = new RegExp(`${blanks}"([^"]*(?:""[^"]*)*)"${blanks}(?=${of}|\\r|\\n|$)`, 'y')
  const opens = new RegExp(`${blanks}"`, 'y')
  const closed = new RegExp(`${blanks}"[^"]*(?:""[^"]*)*"(?!")`, 'y')
  const plain = new RegExp(`[^${of}\\r\\n]*`, 'y')
  const lineEnd = /\r\n|\r|\n/y
  const from = (pattern: RegExp, at: number) => {
    pattern.lastIndex = at
    return pattern.exec(text)
  }
  const records: string[][] = []
  for (let at = 0; at < text.length; ) {
    const [cells, row, start]: [string[], number, number] = [[], records.length + 1, at]
    for (;;) {
      const inQuotes = from(quoted, at)
      if (!inQuotes && from(opens, at)) {
        const code = from(closed, at) ? 'text-after-quote' : 'unclosed-quote'
        return { records, faults: [{ code, row, column: cells.length + 1 }] }
      }
      const [cell] = inQuotes ?? (from(plain, at) as RegExpExecArray)
      cells.push(inQuotes ? (inQuotes[1] as string).replaceAll('""', '"') : cell)
      at += cell.length
      if (text[at] !== delimiter) break
      at++
    }
    at += from(lineEnd, at)?.[0].length ?? 0
    // Whether a quote is closed that far below, a reader of pieces doesn't know.
    if (at - start > MOST_CHARACTERS)
      return { records, faults: ['row-too-long', 'unclosed-quote'].map((code) => ({ code, row })) }
    const nul = cells.findIndex((cell) => cell.includes('\0'))
    if (nul >= 0) return { records, faults: [{ code: 'nul-character', row, column: nul + 1 }] }
    records.push(cells.map(asRead))
  }
  return { records, faults: [] }
}

const MOST_CHARACTERS = 1024 * 1024

/** A heading as it is compared: letters and digits alone, in lower case. */
export function plainHeading(word: string): string {
  return word
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/** What the headings are read as: the fields of the API. */
export const FIELDS = new Map(
  `id localId title firstName middleName lastName jobTitle department organisationCode site organisationalUnit mobile
  hideMobile telephone secondaryEmail emailAddress description hideFromDirectory`
    .split(/\s+/)
    .map((field) => [field.toLowerCase(), field] as const),
).set('externalsyncid', 'localId')

/** The field of each heading that is read, by its place. */
export function fieldsOf(headings: readonly string[]): (string | undefined)[] {
  return headings.map((word) => FIELDS.get(plainHeading(word)))
}

function headingFaults(headings: readonly string[], mode: 'update' | 'both'): Reason[] {
  const fields = fieldsOf(headings).filter((field) => field !== undefined)
  if (fields.length === 0) return [{ code: 'no-heading-row' }]
  const has = (field: string) => fields.includes(field)
  const isEnough =
    mode === 'update'
      ? has('localId') || has('id') || has('emailAddress')
      : has('localId') && has('firstName') && has('lastName')
  return [
    ...(new Set(fields).size < fields.length ? [{ code: 'repeated-heading' }] : []),
    ...(isEnough ? [] : [{ code: 'missing-heading' }]),
  ]
}

function bestDelimiter(text: string): string {
  const known = [',', ';', '\t', '|', ':'].map((delimiter) => {
    const { records, faults } = recordsOf(text, delimiter)
    const torn =
      faults.length > 0
        ? text
            .trimStart()
            .split(/[\r\n]/, 1)[0]
            ?.split(delimiter)
        : undefined
    const first = records[headingPlace(records)] ?? torn
    return { delimiter, count: new Set(fieldsOf(first ?? []).filter(Boolean)).size }
  })
  return known.reduce((best, one) => (one.count > best.count ? one : best)).delimiter
}

const MAGIC = [
  'PK\x03\x04',
  '\xD0\xCF\x11\xE0',
  '\x89PNG',
  '\xFF\xD8\xFF',
  'GIF8',
  '%PDF-',
  '\x1F\x8B',
  'BZh',
]

/** Nothing at all, or no text: known by how its kind begins, or since a tenth of its start are control characters. */
function notText(bytes: Buffer): string | undefined {
  const start = bytes.toString('latin1', 0, 4096)
  if (/^[\0\t-\r \xef\xbb\xbf\xfe\xff]*$/.test(bytes.toString('latin1'))) return 'file-empty'
  if (MAGIC.some((magic) => start.startsWith(magic))) return 'file-not-text'
  if (encodingOf(bytes).startsWith('utf-16')) return undefined
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is counted
  const controls = start.match(/[\0-\x08\x0e-\x19\x1b-\x1f]/g)?.length ?? 0
  return controls * 10 > start.length ? 'file-not-text' : undefined
}
