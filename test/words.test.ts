import { expect, test } from 'vitest'
import { count, date, dateTime, dayAt, number, oneOrOther, shortDate, some } from '../src/words.ts'

test.each([
  [number(0), '0'],
  [number(1204), '1,204'],
  [count(0, 'row'), '0 rows'],
  [count(1, 'row'), '1 row'],
  [count(1204, 'row'), '1,204 rows'],
  [count(2, 'person', 'people'), '2 people'],
  [some(2, 'row', 'rows'), ['2 rows']],
  [some(0, 'row', 'rows'), []],
  [date(new Date('2026-11-22T23:59:00Z')), '22 November 2026'],
  [date(null), ''],
  [shortDate(new Date('2026-09-22T23:59:00Z')), '23 Sept 2026'],
  [shortDate(null), ''],
  [oneOrOther(['pending', 'active', 'disabled']), 'pending, active or disabled'],
  [dateTime(new Date('2026-11-22T15:04:00Z')), '22 November 2026 at 3:04pm'],
  [dateTime(new Date('2026-07-01T23:30:00Z')), '2 July 2026 at 12:30am'], // summer time
  [dateTime(null), ''],
  [dayAt(new Date('2026-10-09T23:30:00Z')), '2026-10-10'],
])('%s', (written, expected) => {
  expect(written).toEqual(expected)
})
