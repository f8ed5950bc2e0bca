const NUMBER = new Intl.NumberFormat('en-GB')
const DATE = { timeZone: 'Europe/London', day: 'numeric', month: 'long', year: 'numeric' } as const
const DAY = new Intl.DateTimeFormat('en-GB', DATE)
const SHORT_DAY = new Intl.DateTimeFormat('en-GB', { ...DATE, month: 'short' })
const EITHER = new Intl.ListFormat('en-GB', { type: 'disjunction' })
const TIME = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  hour: 'numeric',
  minute: '2-digit',
  hour12: true,
})

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
export function date(value: Date | null): string {
  return value === null ? '' : DAY.format(value)
}

/** 22 Nov 2026 */
export function shortDate(value: Date | null): string {
  return value === null ? '' : SHORT_DAY.format(value)
}

/** pending, active or disabled */
export function oneOrOther(words: readonly string[]): string {
  return EITHER.format(words)
}

/** 22 Nov 2026, 3:04pm */
export function shortDateTime(value: Date | null): string {
  return value === null ? '' : `${SHORT_DAY.format(value)}, ${TIME.format(value).replace(/\s/, '')}`
}

/** 22 November 2026 at 3:04pm */
export function dateTime(value: Date | null): string {
  return value === null ? '' : `${DAY.format(value)} at ${TIME.format(value).replace(/\s/, '')}`
}
