import { expect, test } from 'vitest'
import { httpInClear, publicDemo } from '../../src/cli/exposure.ts'
import { readConfig } from '../../src/config.ts'
import { beginDemo } from '../../src/demo/store.ts'
import { testPortal } from '../support/portal.ts'
import { emptyDatabase, muster } from './muster.ts'

const HTTPS = { PUBLIC_URL: 'https://muster.example', TRUST_PROXY: '10.0.0.1' }

test.each([
  { HOST: '0.0.0.0' },
  { HOST: '::' },
  { HOST: 'muster.example', PUBLIC_URL: HTTPS.PUBLIC_URL },
  { HOST: '10.0.0.7', TRUST_PROXY: HTTPS.TRUST_PROXY, PUBLIC_URL: 'http://muster.example' },
])('of a portal that speaks in clear to a network the operator is warned: %o', (settings) => {
  expect(httpInClear(readConfig(settings))).toContain(`listens on ${settings.HOST}`)
})

test.each([{}, { HOST: 'localhost' }, { HOST: '::1' }, { HOST: '0.0.0.0', ...HTTPS }])(
  'but not with %o',
  (settings) => {
    expect(httpInClear(readConfig(settings))).toBeUndefined()
  },
)

test('the demo serves nobody but this machine', async () => {
  const ended = await muster({ HOST: '0.0.0.0', DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }, 'start')
  expect(ended).toMatchObject({ code: 1, stdout: '' })
  expect(ended.stderr).toMatch(
    /^"muster start" is for trying Muster on this machine: .*HOST=0\.0\.0\.0.*"muster serve"/,
  )
})

test('nor does the real thing serve the demo’s passwords to a network without a word', async () => {
  await using portal = await testPortal({ host: '10.0.0.7' })
  expect(await publicDemo(portal)).toBeUndefined()
  await portal.database.transaction('everything', beginDemo)
  expect(await publicDemo(portal)).toContain('whoever reaches Muster on 10.0.0.7 can sign in')
  expect(await publicDemo({ ...portal, config: { ...portal.config, host: 'localhost' } })).toBeUndefined()
})

test('of a database that is reached in clear the operator is warned, at every command', async () => {
  await using database = await emptyDatabase()
  const url = new URL(database.url)
  url.hostname = '0.0.0.0' // this machine, but not by its name
  const ended = await muster({ DATABASE_URL: url.href }, 'migrate')
  expect(ended.code).toBe(0)
  expect(ended.stderr).toMatch(/^Warning: the database is on another machine.*sslmode=verify-full/)
  expect((await muster({ DATABASE_URL: database.url }, 'migrate')).stderr).toBe('')
})
