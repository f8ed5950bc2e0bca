import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findFreePort } from '../../src/database/embedded-server.ts'
import { csv } from '../support/upload.ts'
import { emptyDatabase, muster, running } from './muster.ts'

test('muster organisation load shows what a list would do, and does it where that is wished', {
  timeout: 180_000,
}, async () => {
  await using database = await emptyDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'muster-cli-'))
  const direct = { DATABASE_URL: database.url, PORT: String(await findFreePort()) }
  await muster(direct, 'organisation', 'add', 'RX1', 'Northbridge')
  await muster(direct, 'administrator', 'add', 'root@muster.example', '--role', 'global-administrator')
  const { stdout: token } = await muster(direct, 'token', 'create', '--email', 'root@muster.example')
  const portal = await running(direct, 'serve')
  const settings = { ...direct, MUSTER_URL: portal.address, MUSTER_TOKEN: token.trim() }
  const file = join(folder, 'trusts.csv')
  await writeFile(file, csv('Code,Name,Status', 'RX1,Northmoor,open', 'RX2,Second,closed', 'R-3,Third,'))
  const load = (...parameters: string[]) => muster(settings, 'organisation', 'load', file, ...parameters)

  const shown = await load()
  expect(shown.code).toBe(3)
  expect(shown.stdout).toContain('1 organisation will be added, 1 changed; 0 stay as they are.')
  expect(shown.stdout).toContain('  row 4: “R-3” can’t be a code')
  const done = await load('--yes')
  expect([done.code, done.stdout.includes('2 organisations added or changed.')]).toEqual([2, true])
  const again = await load('--yes', '--json')
  expect(JSON.parse(again.stdout)).toMatchObject({ counts: { add: 0, change: 0, unchanged: 2, error: 1 } })
  await portal.stop()
  await rm(folder, { recursive: true })
})
