import { expect, test } from 'vitest'
import { startDay } from '../../src/directory/start-day.ts'

test.each([
  ['2026-12-01', '2026-12-01'],
  ['2026-12-01 00:00:00', '2026-12-01'],
  ['31/12/2026', '2026-12-31'],
  ['31/12/26', '2026-12-31'],
  ['31.12.2026', '2026-12-31'],
  ['5/5/2026', '2026-05-05'],
  ['1 December 2026', '2026-12-01'],
  ['1st December 2026', '2026-12-01'],
  ['01-Dec-26', '2026-12-01'],
  ['1 sept 2026', '2026-09-01'],
  ['December 1, 2026', '2026-12-01'],
  ['29/02/2028', '2028-02-29'],
])('%s is the day %s', (text, day) => {
  expect(startDay(text)).toBe(day)
})

test.each([
  [
    '01/12/2026',
    '2026-12-01',
    /day first, as 1 December 2026. If 12 January 2026 is meant, write 2026-01-12/,
  ],
  ['3.4.26', '2026-04-03', /day first, as 3 April 2026/],
  ['46357', '2026-12-01', /how a spreadsheet counts days. It was read as 1 December 2026/],
])('%s is read as %s, and it is told', (text, reading, message) => {
  expect(startDay(text)).toEqual({
    ...{ severity: 'warning', code: expect.any(String), reading },
    message: expect.stringMatching(message),
  })
})

test.each([
  ['12/31/2026', 'month-first'],
  ...[
    '31/02/2026',
    '29/02/2026',
    '2026-13-01',
    '1 Decembre 2026',
    '01/12',
    'Dec-26',
    '01/12/0206',
    '01/12-2026',
  ].map((text) => [text, 'not-a-date']),
  ...['N/A', 'soon', '2126-01-01', '99999', '1 Jan', '20261201'].map((text) => [text, 'not-a-date']),
])('%s is refused: %s', (text, code) => {
  expect(startDay(text as string)).toMatchObject({ severity: 'error', code })
})
