import { expect, test } from 'vitest'
import { count, date, dateTime, messageFor, number } from '../../src/web/filters.ts'

test.each([
  [number(0), '0'],
  [number(1204), '1,204'],
  [count(0, 'row'), '0 rows'],
  [count(1, 'row'), '1 row'],
  [count(1204, 'row'), '1,204 rows'],
  [count(2, 'person', 'people'), '2 people'],
  [date(new Date('2026-11-22T23:59:00Z')), '22 November 2026'],
  [date(null), ''],
  [dateTime(new Date('2026-11-22T15:04:00Z')), '22 November 2026 at 3:04pm'],
  [dateTime(new Date('2026-07-01T23:30:00Z')), '2 July 2026 at 12:30am'], // summer time
  [dateTime(null), ''],
])('%s', (written, expected) => {
  expect(written).toBe(expected)
})

test('the message for a field is the first one that names it', () => {
  const errors = [
    { field: 'email', message: 'Enter an address.' },
    { field: 'file', message: 'Select a CSV file.' },
  ]
  expect(messageFor(errors, 'file')).toEqual({ text: 'Select a CSV file.' })
  expect(messageFor(errors, 'mode')).toBeUndefined()
  expect(messageFor(undefined, 'mode')).toBeUndefined()
})
