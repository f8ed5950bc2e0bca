import nunjucks, { type Environment } from 'nunjucks'
import type { FormError } from './form.ts'

const NUMBER = new Intl.NumberFormat('en-GB')
const DATE = { timeZone: 'Europe/London', day: 'numeric', month: 'long', year: 'numeric' } as const
const DAY = new Intl.DateTimeFormat('en-GB', DATE)
const TIME = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  hour: 'numeric',
  minute: '2-digit',
  hour12: true,
})

/** The filters of every page's template, as the NHS service manual writes numbers, dates and times. */
export function addFilters(views: Environment): void {
  views.addFilter('number', number)
  views.addFilter('count', count)
  views.addFilter('date', date)
  views.addFilter('dateTime', dateTime)
  views.addFilter('messageFor', messageFor)
  views.addFilter('trim', trim)
}

/** 1204 → 1,204 */
export function number(value: number): string {
  return NUMBER.format(value)
}

/** 1 → 1 row; 1204 → 1,204 rows */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${NUMBER.format(value)} ${value === 1 ? one : many}`
}

/** 22 November 2026 */
export function date(value: Date | null): string {
  return value === null ? '' : DAY.format(value)
}

/** 22 November 2026 at 3:04pm */
export function dateTime(value: Date | null): string {
  return value === null ? '' : `${DAY.format(value)} at ${TIME.format(value).replace(/\s/, '')}`
}

/** A field's message as nhsuk-frontend's `errorMessage` takes it. */
export function messageFor(
  errors: readonly FormError[] | undefined,
  field: string,
): { text: string } | undefined {
  const found = errors?.find((error) => error.field === field)
  return found && { text: found.message }
}

// Nunjucks' own trims with regular expressions that take half of a page's time.
function trim(value: unknown): unknown {
  const trimmed = String(value ?? '').trim()
  return value instanceof nunjucks.runtime.SafeString ? new nunjucks.runtime.SafeString(trimmed) : trimmed
}
