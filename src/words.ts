const NUMBER = new Intl.NumberFormat('en-GB')
const EITHER = new Intl.ListFormat('en-GB', { type: 'disjunction' })

/** Where an organisation hasn't said in which time zone it is. */
export const USUAL_TIME_ZONE = 'Europe/London'

const DAY = new Intl.DateTimeFormat('en-CA', { timeZone: USUAL_TIME_ZONE, dateStyle: 'short' })

type Formats = Record<'day' | 'shortDay' | 'time', Intl.DateTimeFormat>

const FORMATS = new Map<string, Formats>()

// Made once for each zone: that takes longer than a page.
function formatsIn(timeZone: string): Formats {
  const known = FORMATS.get(timeZone)
  if (known) return known
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { timeZone, ...options })
  const date = { day: 'numeric', month: 'long', year: 'numeric' } as const
  const formats = {
    day: format(date),
    shortDay: format({ ...date, month: 'short' }),
    time: format({ hour: 'numeric', minute: '2-digit', hour12: true }),
  }
  FORMATS.set(timeZone, formats)
  return formats
}

/** 1204 → 1,204 */
export function number(value: number): string {
  return NUMBER.format(value)
}

/** 1 → 1 row; 1204 → 1,204 rows */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${NUMBER.format(value)} ${value === 1 ? one : many}`
}

/** As `count`; nothing where there are none. */
export function some(value: number, one: string, many: string): string[] {
  return value === 0 ? [] : [count(value, one, many)]
}

/** 22 November 2026 */
export function date(value: Date | null, timeZone = USUAL_TIME_ZONE): string {
  return value === null ? '' : formatsIn(timeZone).day.format(value)
}

/** 22 Nov 2026 */
export function shortDate(value: Date | null, timeZone = USUAL_TIME_ZONE): string {
  return value === null ? '' : formatsIn(timeZone).shortDay.format(value)
}

/** pending, active or disabled */
export function oneOrOther(words: readonly string[]): string {
  return EITHER.format(words)
}

/** 22 Nov 2026, 3:04pm */
export function shortDateTime(value: Date | null, timeZone = USUAL_TIME_ZONE): string {
  if (value === null) return ''
  const { shortDay, time } = formatsIn(timeZone)
  return `${shortDay.format(value)}, ${time.format(value).replace(/\s/, '')}`
}

/** 22 November 2026 at 3:04pm */
export function dateTime(value: Date | null, timeZone = USUAL_TIME_ZONE): string {
  if (value === null) return ''
  const { day, time } = formatsIn(timeZone)
  return `${day.format(value)} at ${time.format(value).replace(/\s/, '')}`
}

/** The day that it is at that time, such as 2026-11-30. Days begin and end alike in all organisations. */
export function dayAt(time: Date): string {
  return DAY.format(time)
}
