import { date } from '../words.ts'
import { type Fault, fault, quoted, warning } from './fault.ts'

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const FULL_MONTHS = MONTHS.map((_, at) =>
  new Date(Date.UTC(2024, at, 1)).toLocaleString('en-GB', { month: 'long', timeZone: 'UTC' }).toLowerCase(),
)

const ISO = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?$/
const NUMBERS = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?: 00:00(?::00)?)?$/
const DAY_AND_WORD = /^(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})[ -](\d{4}|\d{2})$/
const WORD_AND_DAY = /^([A-Za-z]{3,9}) (\d{1,2}),? (\d{4})$/

/** Of the years 1982 to 2064: a date in a column that shows numbers. */
const SERIAL = /^[3-5]\d{4}$/

/**
 * The day on which somebody starts, as spreadsheets and people write days: 2026-12-01, 01/12/2026, 1 December 2026, 1-Dec-26.
 * @returns as 2026-12-01; with a warning where another day may be meant
 */
export function startDay(text: string): string | Fault<string> {
  const [, isoYear, isoMonth, isoDay] = ISO.exec(text) ?? []
  if (isoYear !== undefined) return real(text, isoYear, Number(isoMonth), Number(isoDay))
  const [, first, , second, year] = NUMBERS.exec(text) ?? []
  if (year !== undefined) return dayFirst(text, Number(first), Number(second), year)
  const [, day, word, wordYear] = DAY_AND_WORD.exec(text) ?? []
  if (wordYear !== undefined) return real(text, wordYear, monthNamed(word as string), Number(day))
  const [, american, itsDay, itsYear] = WORD_AND_DAY.exec(text) ?? []
  if (itsYear !== undefined) return real(text, itsYear, monthNamed(american as string), Number(itsDay))
  return SERIAL.test(text) ? fromSerial(text) : notADay(text)
}

/** The other day that such numbers mean where the month stands first. */
export function otherDay(text: string): string | undefined {
  const [, month, , day, year] = NUMBERS.exec(text) ?? []
  const read = year === undefined ? undefined : real(text, year, Number(month), Number(day))
  return typeof read === 'string' ? read : undefined
}

/** By British custom. What only another custom makes a day is refused, and what it makes another day is told. */
function dayFirst(text: string, first: number, second: number, year: string): string | Fault<string> {
  const read = real(text, year, second, first)
  const other = real(text, year, first, second)
  if (typeof other !== 'string' || read === other) return read
  if (typeof read === 'string') {
    const message = `${quoted(text)} was read with the day first, as ${inWords(read)}. If ${inWords(other)} is meant, write ${other}.`
    return warning('day-or-month-first', message, read)
  }
  return fault(
    'month-first',
    `${quoted(text)} has the month before the day. Write the day first, or ${other} if you mean ${inWords(other)}.`,
  )
}

function fromSerial(text: string): Fault<string> {
  const read = new Date(Date.UTC(1899, 11, 30 + Number(text))).toISOString().slice(0, 10)
  const message = `${quoted(text)} is how a spreadsheet counts days. It was read as ${inWords(read)}.`
  return warning('day-as-number', message, read)
}

function real(text: string, year: string, month: number, day: number): string | Fault<string> {
  const full = year.length === 2 ? 2000 + Number(year) : Number(year)
  const date = new Date(Date.UTC(full, month - 1, day))
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return isReal && full >= 1950 && full < 2100 ? date.toISOString().slice(0, 10) : notADay(text)
}

function notADay(text: string): Fault<never> {
  return fault('not-a-date', `${quoted(text)} is not a date. Write it as 2026-12-01 or 01/12/2026.`)
}

/** @returns 0 for what is no month */
function monthNamed(word: string): number {
  const small = word.toLowerCase()
  const isShort = small === 'sept' || small.length === 3
  return (isShort ? MONTHS.indexOf(small.slice(0, 3)) : FULL_MONTHS.indexOf(small)) + 1
}

function inWords(day: string): string {
  return date(new Date(day))
}
