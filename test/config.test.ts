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

test('what isn’t set has its standard, and what is set is read as what it is', () => {
  expect(readConfig({})).toMatchObject({
    port: 3000,
    publicUrl: 'http://127.0.0.1:3000',
    mobileRequired: true,
  })
  const given = { PORT: '80', PUBLIC_URL: 'https://muster.example/', MAIL_DOMAIN: 'Staff.Example' }
  const limits = { UPLOAD_MAX_ROWS: 'none', MOBILE_REQUIRED: 'false', MUSTER_DATA_DIR: '/srv/muster' }
  expect(readConfig({ ...given, ...limits })).toMatchObject({
    port: 80,
    publicUrl: 'https://muster.example',
    mailDomain: 'staff.example',
    uploadMaxRows: undefined,
    mobileRequired: false,
    dataDir: '/srv/muster',
  })
})
