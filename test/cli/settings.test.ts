import { afterAll, beforeAll, expect, test } from 'vitest'
import { findFreePort } from '../../src/database/embedded-server.ts'
import { emptyDatabase, muster, type Running, running } from './muster.ts'

let database: Awaited<ReturnType<typeof emptyDatabase>>
let portal: Running
let chief: Record<string, string>

beforeAll(async () => {
  database = await emptyDatabase()
  const direct = { DATABASE_URL: database.url, PORT: String(await findFreePort()) }
  await muster(direct, 'organisation', 'add', 'RX1', 'Northbridge')
  const email = 'chief@rx1.example'
  const role = ['--role', 'primary-local-administrator', '--organisation', 'RX1']
  await muster(direct, 'administrator', 'add', email, ...role)
  const token = (await muster(direct, 'token', 'create', '--email', email)).stdout.trim()
  portal = await running(direct, 'serve')
  chief = { ...direct, MUSTER_URL: portal.address, MUSTER_TOKEN: token }
}, 240_000)

afterAll(async () => {
  await portal.stop()
  await database[Symbol.asyncDispose]()
})

test('an organisation’s settings are listed, and changed by their names', { timeout: 120_000 }, async () => {
  const settings = (...parameters: string[]) =>
    muster(chief, 'organisation', 'settings', 'RX1', ...parameters)
  const shown = await settings()
  expect(shown.stdout).toMatch(/^limits.emptied +50,5$/m)
  expect(shown.stdout).toMatch(/^mobileRequired +portal$/m)
  const changed = await settings(
    ...['--set', 'limits.emptied=never', '--set', 'days.leaver=60', '--set', 'mobileCountries=Ireland,FR'],
    ...['--set', 'mobileRequired=no', '--set', 'timeZone=Europe/Dublin'],
  )
  expect(changed.code).toBe(0)
  for (const line of [/^limits.emptied +never$/m, /^days.leaver +60$/m, /^mobileCountries +IE,FR$/m])
    expect(changed.stdout).toMatch(line)
  expect((await settings()).stdout).toBe(changed.stdout)
  expect(await settings('--set', 'timeZone=Nowhere')).toMatchObject({ code: 1, stderr: /is no time zone/ })
  expect(await settings('--set', 'days.leaver=soon')).toMatchObject({ code: 1, stderr: /is no number/ })
  expect(await settings('--set', 'timeZone')).toMatchObject({ code: 1, stderr: /NAME=VALUE/ })
})

test('a report is wished for every Monday, listed and stopped', { timeout: 120_000 }, async () => {
  const weekly = (...parameters: string[]) => muster(chief, 'weekly-reports', ...parameters)
  expect(await weekly()).toMatchObject({ code: 1, stderr: /of which organisation/ })
  const added = await weekly('--organisation', 'RX1', '--add', 'data-quality', '--with', 'missing=mobile')
  expect(added.stdout).toMatch(/^1 +data-quality .*missing=mobile$/m)
  expect((await weekly('--organisation', 'RX1')).stdout).toBe(added.stdout)
  expect(await weekly('--stop', '1')).toMatchObject({ code: 0, stdout: 'It is not sent to you any more.\n' })
  expect((await weekly('--organisation', 'RX1')).stdout).not.toMatch(/data-quality/)
  expect(await weekly('--stop', '1')).toMatchObject({ code: 1, stderr: /no such report/ })
})
