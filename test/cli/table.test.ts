import { expect, test } from 'vitest'
import { moment, zoneOf } from '../../src/cli/table.ts'

test('a moment stands in a time zone, to the minute', () => {
  const at = new Date('2026-07-01T22:30:59Z')
  expect(moment(at, 'UTC')).toBe('2026-07-01 22:30')
  expect(moment(at, 'Europe/London')).toBe('2026-07-01 23:30')
  expect(moment(at, 'Asia/Kolkata')).toBe('2026-07-02 04:00')
  expect(moment(null, 'UTC')).toBe('')
})

test('it is the one that was asked for, or that of this computer', () => {
  expect(zoneOf({ timeZone: 'Asia/Kolkata' })).toBe('Asia/Kolkata')
  expect(zoneOf({})).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone)
})
