import { expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'

test('a setting’s name of before holds, unless the new one is set', () => {
  const timeoutOf = (settings: Record<string, string>) => readConfig(settings).databaseStatementTimeoutSeconds
  expect(timeoutOf({})).toBe(300)
  expect(timeoutOf({ DATABASE_PATIENCE_SECONDS: '20' })).toBe(20)
  expect(timeoutOf({ DATABASE_PATIENCE_SECONDS: '20', DATABASE_STATEMENT_TIMEOUT_SECONDS: '30' })).toBe(30)
  expect(timeoutOf({ DATABASE_PATIENCE_SECONDS: '20', DATABASE_STATEMENT_TIMEOUT_SECONDS: '' })).toBe(20)
  expect(() => timeoutOf({ DATABASE_PATIENCE_SECONDS: 'long' })).toThrow('DATABASE_STATEMENT_TIMEOUT_SECONDS')
})
