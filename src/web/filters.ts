import nunjucks, { type Environment } from 'nunjucks'
import { count, date, dateTime, number, shortDate, shortDateTime } from '../words.ts'
import type { FormError } from './form.ts'

/** The filters of every page's template, as the NHS service manual writes numbers, dates and times. */
export function addFilters(views: Environment): void {
  views.addFilter('number', number)
  views.addFilter('count', count)
  views.addFilter('date', inZone(date))
  views.addFilter('shortDate', inZone(shortDate))
  views.addFilter('dateTime', inZone(dateTime))
  views.addFilter('shortDateTime', inZone(shortDateTime))
  views.addFilter('day', day)
  views.addFilter('messageFor', messageFor)
  views.addFilter('trim', trim)
}

/** 2026-11-30 → 30 Nov 2026 */
function day(text: string | undefined): string {
  return text === undefined ? '' : shortDate(new Date(`${text}T12:00:00Z`))
}

/** Times stand in the time zone of the organisation that the page is of: `timeZone` of its template. */
function inZone(words: (value: Date | null, timeZone?: string) => string) {
  return function (this: { ctx: { timeZone?: string } }, value: Date | null): string {
    return words(value, this.ctx.timeZone)
  }
}

/** A field's message as nhsuk-frontend's `errorMessage` takes it. */
export function messageFor(
  errors: readonly FormError[] | undefined,
  field: string,
): { text: string } | undefined {
  const found = errors?.find((error) => error.field === field)
  return found && { text: found.message }
}

// The filter that Nunjucks brings trims with regular expressions, which took half of a page's time.
function trim(value: unknown): unknown {
  const trimmed = String(value ?? '').trim()
  return value instanceof nunjucks.runtime.SafeString ? new nunjucks.runtime.SafeString(trimmed) : trimmed
}
