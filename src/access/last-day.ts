import { InvalidInput } from '../errors.ts'

const DAY_MS = 24 * 3600_000

/**
 * The moment when a last day is over, in UTC.
 * @param text the day, as 2027-03-31
 * @throws InvalidInput for what is no day of the calendar
 */
export function endOfDay(text: string, field: string): Date {
  const day = new Date(`${text}T00:00:00Z`)
  // 2027-02-30 would be read as a day of March.
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || !day.getTime() || !day.toISOString().startsWith(text))
    throw new InvalidInput(`“${text}” is not a date. Write it like 2027-03-31.`, { field })
  return new Date(day.getTime() + DAY_MS)
}
