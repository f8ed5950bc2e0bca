import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
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

describe('the systems that sign people in', () => {
  const ONE = { id: 'trust', name: 'Trust Login', issuer: 'https://login.trust.example', clientId: 'muster' }
  const reading = (...providers: object[]) => readConfig({ OIDC_PROVIDERS: JSON.stringify(providers) })

  test('are a list in JSON, each with what isn’t said filled in', () => {
    expect(reading({ ...ONE, clientSecret: 'x' }, { ...ONE, id: 'b' }).oidcProviders).toEqual([
      {
        ...ONE,
        clientSecret: 'x',
        scope: 'openid email profile',
        secondFactorAcr: [],
        trustEmail: false,
      },
      {
        ...ONE,
        id: 'b',
        clientSecret: undefined,
        scope: 'openid email profile',
        secondFactorAcr: [],
        trustEmail: false,
      },
    ])
    expect(readConfig({}).oidcProviders).toBeUndefined()
  })

  test('may have their secret in a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'muster-config-'))
    const file = join(folder, 'secret')
    await writeFile(file, 'of the file\n')
    expect(reading({ ...ONE, clientSecretFile: file }).oidcProviders?.[0]?.clientSecret).toBe('of the file')
    await rm(folder, { recursive: true })
    expect(() => reading({ ...ONE, clientSecretFile: file })).toThrow(`${file} can’t be read, or is empty`)
  })

  test.each([
    [
      'one that isn’t protected on its way',
      [{ ...ONE, issuer: 'http://login.trust.example' }],
      'issuer: must begin with https://',
    ],
    ['two of the same name', [ONE, ONE], 'two have the same id'],
    ['two secrets', [{ ...ONE, clientSecret: 'x', clientSecretFile: '/x' }], 'give one'],
    ['what isn’t known', [{ ...ONE, secret: 'x' }], 'secret'],
  ])('%s is refused', (_, providers, words) => {
    expect(() => reading(...providers)).toThrow(words)
  })

  test('what is no JSON is refused without a word of it, and passwords aren’t off where nobody else signs in', () => {
    const broken = () => readConfig({ OIDC_PROVIDERS: '[{"clientSecret":"hush-hush}]' })
    expect(broken).toThrow('must be a list in JSON')
    expect(broken).not.toThrow('hush')
    expect(() => readConfig({ LOCAL_SIGN_IN: 'off' })).toThrow('LOCAL_SIGN_IN: can be off only where')
    expect(reading(ONE).localSignIn).toBe('on')
  })
})
