/** A day as a spreadsheet may show it, or as text may be taken for one. Absent: not told. */
type Day = { day: number; month: number; year?: number }

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

const DATE =
  /^(?:\d{1,2}\/\d{1,2}\/(?:\d{4}|\d{2})|\d{1,2}([.-])\d{1,2}\1(?:19|20)\d{2}|(?:19|20)\d{2}-\d{2}-\d{2}(?:[ T]00:00(?::00)?)?|\d{1,2}[- ](?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)(?:[- ](?:\d{4}|\d{2}))?|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)-\d{2}(?:\d{2})?)$/

/** `01/02/2024`, `Jan-24`, `02-Jan`: what becomes of `1/2` and `MAR1` in a spreadsheet. */
export function isDate(text: string): boolean {
  return text.length >= 5 && text.length <= 19 && DATE.test(text) && daysOf(text).length > 0
}

const CLOCK = /^\d{1,2}:\d{2}:00(?: [AP]M)?$/

/** Whether a spreadsheet takes this value for a date, or a time, and shows it as that text: by British, American or ISO custom. */
export function becomesDate(value: string, text: string): boolean {
  if (value.length > MOST_TYPED || value === text) return false
  if (CLOCK.test(text)) return /^\d{1,2}:\d{2}$/.test(value) && clock(text) === clock(value)
  const days = SERIAL.test(text) ? [dayOfSerial(Number(text))] : daysOf(text)
  if (days.length === 0) return false
  return daysOf(value).some((one) => days.some((other) => isSameDay(one, other)))
}

const MOST_TYPED = 20

/** Of the years 1982 to 2064: a date in a column that shows numbers. */
const SERIAL = /^[3-5]\d{4}$/

/** What may have stood where a spreadsheet shows this date: such as local IDs are. */
export function typedAs(text: string): string[] {
  if (!isDate(text)) return []
  const typed = daysOf(text).flatMap(({ day, month, year }) => {
    const name = MONTHS[month - 1] as string
    const pairs = [
      [day, month],
      [month, day],
    ].flatMap(([one, other]) =>
      [`${one}`, padded(one)].flatMap((a) => [`${other}`, padded(other)].map((b) => [a, b])),
    )
    const years = year === undefined ? [] : [String(year), String(year).slice(2)]
    return [
      ...pairs.flatMap((pair) =>
        ['-', '/'].flatMap((sign) => [pair.join(sign), ...years.map((one) => [...pair, one].join(sign))]),
      ),
      ...[`${day}`, padded(day)].flatMap((one) => [
        `${name}${one}`,
        `${name}-${one}`,
        `${one}${name}`,
        `${one}-${name}`,
      ]),
      ...years.flatMap((one) => [`${name}${one}`, `${name}-${one}`, `${month}/${one}`, `${month}-${one}`]),
    ]
  })
  return [...new Set(typed)]
}

function padded(number: number | undefined): string {
  return String(number).padStart(2, '0')
}

function clock(text: string): string {
  return text.replace(/^0/, '').split(':').slice(0, 2).join(':')
}

const NUMBERS = /^(\d{1,4})[-/. ](\d{1,4})(?:[-/. ](\d{1,4}))?(?:[ T]00:00(?::00)?)?$/
const MONTH_FIRST = /^([A-Za-z]{3,9})[-/. ]?(\d{1,4})$/
const DAY_FIRST = /^(\d{1,4})[-/. ]?([A-Za-z]{3,9})(?:[-/. ]?(\d{2,4}))?$/

/** Every day that the text may mean. */
function daysOf(text: string): Day[] {
  const numbers = NUMBERS.exec(text)
  if (numbers) return daysOfNumbers(numbers.slice(1).flatMap((part) => part ?? []))
  const monthFirst = MONTH_FIRST.exec(text)
  if (monthFirst) return daysOfMonth(monthFirst[1] as string, monthFirst[2] as string)
  const dayFirst = DAY_FIRST.exec(text)
  if (!dayFirst) return []
  const [, number, word, year] = dayFirst
  const month = monthNamed(word as string)
  if (year === undefined) return daysOfMonth(word as string, number as string)
  return month === 0 ? [] : real([{ day: Number(number), month, year: fullYear(year) }])
}

function daysOfNumbers(parts: string[]): Day[] {
  const [a = '', b = '', c] = parts
  if (c === undefined) {
    // 1/2 is of this year, whichever that was; 2/45 and 2024-03 are a month's first.
    const months = [
      ...(Number(b) > 31 ? [{ day: 1, month: Number(a), year: fullYear(b) }] : []),
      ...(a.length === 4 ? [{ day: 1, month: Number(b), year: Number(a) }] : []),
      ...(b.length <= 2 && Number(b) > 12 ? [{ day: 1, month: Number(a), year: fullYear(b) }] : []),
    ]
    return real([{ day: Number(a), month: Number(b) }, { day: Number(b), month: Number(a) }, ...months])
  }
  if (a.length === 4) return real([{ day: Number(c), month: Number(b), year: Number(a) }])
  const year = fullYear(c)
  return real([
    { day: Number(a), month: Number(b), year },
    { day: Number(b), month: Number(a), year },
    { day: Number(c), month: Number(b), year: fullYear(a) },
  ])
}

function daysOfMonth(word: string, number: string): Day[] {
  const month = monthNamed(word)
  if (month === 0) return []
  return real([
    { day: Number(number), month },
    ...(number.length > 1 ? [{ day: 1, month, year: fullYear(number) }] : []),
  ])
}

function monthNamed(word: string): number {
  const short = word.slice(0, 3).toLowerCase()
  const full = new Date(Date.UTC(2024, MONTHS.indexOf(short), 1)).toLocaleString('en-GB', {
    month: 'long',
    timeZone: 'UTC',
  })
  const isMonth =
    MONTHS.includes(short) &&
    (word.length === 3 || `${full} sept`.toLowerCase().split(' ').includes(word.toLowerCase()))
  return isMonth ? MONTHS.indexOf(short) + 1 : 0
}

function fullYear(year: string): number {
  const number = Number(year)
  if (year.length > 2) return number
  return number < 30 ? 2000 + number : 1900 + number
}

function real(days: Day[]): Day[] {
  return days.filter(({ day, month }) => day >= 1 && day <= 31 && month >= 1 && month <= 12)
}

function dayOfSerial(serial: number): Day {
  const date = new Date(Date.UTC(1899, 11, 30 + serial))
  return { day: date.getUTCDate(), month: date.getUTCMonth() + 1, year: date.getUTCFullYear() }
}

function isSameDay(one: Day, other: Day): boolean {
  const isSameYear = one.year === undefined || other.year === undefined || one.year === other.year
  return one.day === other.day && one.month === other.month && isSameYear
}
