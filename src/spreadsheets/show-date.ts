import type { Token } from './format-token.ts'

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

const OF_DATES = /^(?:am\/pm|a\/p|y+|m+|d+|h+|s+)$/

/** Whether a format shows a day or a time. */
export function isDateFormat(tokens: readonly Token[]): boolean {
  return tokens.some(({ kind, text }) => kind === 'elapsed' || (kind === 'sign' && OF_DATES.test(text)))
}

/** The last day that a spreadsheet knows: 31 December 9999. */
const LAST_DAY = 2_958_465

const DAY_MS = 86_400_000

/**
 * A day and time as the tokens of its format show it.
 * @param serial days since the last one of 1899, as a workbook counts them: with a 29 February 1900, which never was
 */
export function showDate(serial: number, tokens: readonly Token[]): string {
  if (!(serial >= 0 && serial < LAST_DAY + 1)) return '########'
  const fine = finestSecond(tokens)
  const ms = Math.round(serial * 86_400 * 10 ** fine) * 10 ** (3 - fine)
  const moment = momentOf(ms)
  const is12Hours = tokens.some(({ kind, text }) => kind === 'sign' && /^a/.test(text))
  return tokens
    .map((token, at) => {
      if (token.kind === 'text') return token.text
      if (token.kind === 'elapsed') return elapsed(token.text, ms)
      if (isMinutes(tokens, at)) return padded(moment.minute, token.text)
      return part(token.text, { ...moment, is12Hours, fraction: fractionAt(tokens, at, ms) })
    })
    .join('')
}

type Moment = {
  year: number
  month: number
  day: number
  weekday: number
  hour: number
  minute: number
  second: number
}

function momentOf(ms: number): Moment {
  const days = Math.floor(ms / DAY_MS)
  const time = Math.floor((ms - days * DAY_MS) / 1000)
  // Up to the day that never was, the count is one ahead of the calendar; it is shown all the same.
  const date = new Date(Date.UTC(1899, 11, days < 60 ? 31 : 30) + days * DAY_MS)
  const never = days === 60
  return {
    year: days === 0 ? 1900 : date.getUTCFullYear(),
    month: days === 0 ? 0 : never ? 1 : date.getUTCMonth(),
    day: days === 0 ? 0 : never ? 29 : date.getUTCDate(),
    weekday: (days + 6) % 7,
    hour: Math.floor(time / 3600),
    minute: Math.floor(time / 60) % 60,
    second: time % 60,
  }
}

/** How many digits of a second a format shows: what is finer rounds it. */
function finestSecond(tokens: readonly Token[]): number {
  const point = tokens.findIndex((token, at) => isFraction(tokens, at) && token.text === '.')
  if (point < 0) return 0
  const digits = tokens.slice(point + 1).findIndex(({ text }) => text !== '0')
  return Math.min(3, digits < 0 ? tokens.length - point - 1 : digits)
}

function isFraction(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]
  return before !== undefined && /^s+$/.test(before.text) && before.kind !== 'text'
}

function fractionAt(tokens: readonly Token[], at: number, ms: number): string | undefined {
  const start = tokens.slice(0, at + 1).findLastIndex((_, index) => isFraction(tokens, index))
  const digit = at - start - 1
  if (start < 0 || tokens[start]?.text !== '.' || digit < 0) return undefined
  if (tokens.slice(start + 1, at + 1).some(({ text }) => text !== '0')) return undefined
  return String(ms % 1000).padStart(3, '0')[digit] ?? '0'
}

/** An `m` is a minute after an hour and before a second, and else a month. */
function isMinutes(tokens: readonly Token[], at: number): boolean {
  if (!/^m{1,2}$/.test(tokens[at]?.text ?? '')) return false
  const isOther = ({ kind, text }: Token) => kind !== 'text' && /^[ymdhs]+$/.test(text)
  const before = tokens.slice(0, at).findLast(isOther)
  const after = tokens.slice(at + 1).find(isOther)
  return before?.text.startsWith('h') === true || after?.text.startsWith('s') === true
}

function elapsed(text: string, ms: number): string {
  const unit = text.startsWith('h') ? 3_600_000 : text.startsWith('m') ? 60_000 : 1000
  return padded(Math.floor(ms / unit), text)
}

function padded(value: number, text: string): string {
  return String(value).padStart(Math.min(text.length, 2), '0')
}

function part(text: string, moment: Moment & { is12Hours: boolean; fraction: string | undefined }): string {
  const { hour } = moment
  switch (text[0]) {
    case 'y':
    case 'e':
      return text.length > 2 || text[0] === 'e' ? String(moment.year) : String(moment.year).slice(-2)
    case 'm':
      return named(MONTHS, moment.month, text) ?? padded(moment.month + 1, text)
    case 'd':
      return named(DAYS, moment.weekday, text) ?? padded(moment.day, text)
    case 'h':
      return padded(moment.is12Hours ? hour % 12 || 12 : hour, text)
    case 's':
      return padded(moment.second, text)
    case 'a':
      return text === 'a/p' ? (hour < 12 ? 'A' : 'P') : hour < 12 ? 'AM' : 'PM'
    case '0':
      return moment.fraction ?? ''
    case '@':
    case '#':
    case '?':
      return ''
    default:
      return text
  }
}

function named(words: readonly string[], at: number, text: string): string | undefined {
  const word = words[at] as string
  if (text.length === 5 && text.startsWith('m')) return word.slice(0, 1)
  if (text.length > 3) return word
  return text.length === 3 ? word.slice(0, 3) : undefined
}
