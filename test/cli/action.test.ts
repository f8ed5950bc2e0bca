import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findFreePort } from '../../src/database/embedded-server.ts'
import { csv } from '../support/upload.ts'
import { emptyDatabase, muster, type Running, running } from './muster.ts'

let database: Awaited<ReturnType<typeof emptyDatabase>>
let portal: Running
let settings: Record<string, string>
let folder: string

beforeAll(async () => {
  database = await emptyDatabase()
  folder = await mkdtemp(join(tmpdir(), 'muster-cli-'))
  const direct = { DATABASE_URL: database.url, PORT: String(await findFreePort()) }
  await muster(direct, 'organisation', 'add', 'RX1', 'Northbridge')
  const role = ['--role', 'local-administrator', '--organisation', 'RX1']
  await muster(direct, 'administrator', 'add', 'jo@rx1.example', ...role)
  const { stdout } = await muster(direct, 'token', 'create', '--email', 'jo@rx1.example')
  portal = await running(direct, 'serve')
  settings = { ...direct, MUSTER_URL: portal.address, MUSTER_TOKEN: stdout.trim() }
  const path = join(folder, 'new.csv')
  await writeFile(
    path,
    csv('LocalID,FirstName,LastName,Mobile', 'A1,Jo,Lee,07700900001', 'A2,Al,May,07700900002'),
  )
  await muster(settings, 'upload', path, '--organisation', 'RX1', '--mode', 'create', '--yes')
})

afterAll(async () => {
  await portal.stop()
  await database[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const action = (name: string, ...parameters: string[]) =>
  muster(settings, 'action', name, '--organisation', 'RX1', ...parameters)

test('without a terminal and without --yes it shows the plan and changes nothing: exit code 3', async () => {
  const ended = await action('disable', '--local-ids', 'A1,B7')
  expect(ended).toMatchObject({ code: 3, stderr: /add --yes/ })
  expect(ended.stdout).toMatch(/^1 account will be disabled\n1 can’t be, and is left out\n/)
  expect(ended.stdout).toMatch(/\n {2}B7: Nobody in this organisation has the local ID “B7”\./)
  expect(ended.stdout).toMatch(/\nNothing was changed\. It waits for you at http.*\/changes\/\d+\n$/)
})

test('with --yes it is done, listed, and taken back', async () => {
  const path = join(folder, 'ids.csv')
  await writeFile(path, csv('Name,LocalID', 'Jo,A1'))
  expect(await action('disable', '--file', path, '--yes')).toMatchObject({
    code: 0,
    stdout: /\n1 account disabled\n$/,
  })
  const listed = await muster(settings, 'change-sets', '--organisation', 'RX1', '--status', 'completed')
  expect(listed).toMatchObject({ code: 0, stdout: /^ID +KIND .*\n(\d+) +disable +RX1 +completed +1 / })
  const json = JSON.parse((await muster(settings, 'change-sets', '--kind', 'action', '--json')).stdout)
  const id = json.find((set: { status: string }) => set.status === 'completed').id
  expect(await muster(settings, 'undo', String(id), '--yes')).toMatchObject({
    code: 0,
    stdout: /\n1 account went back to what it was\n$/,
  })
})

test('one field is set for all whom a search finds', async () => {
  const ended = await action('set', '--search', 'lee', '--field', 'jobTitle', '--value', 'Nurse', '--yes')
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(ended.stdout).toMatch(/^1 account will have its Job title changed to “Nurse”\n/)
  const emptied = await action('set', '--everybody', '--field', 'jobTitle', '--empty', '--json', '--yes')
  expect(JSON.parse(emptied.stdout)).toMatchObject({ action: 'set', value: null, results: { updated: 1 } })
})

test('who is there twice is searched for, and one of them becomes a leaver', async () => {
  const path = join(folder, 'twin.csv')
  for (const [mode = '', mobile] of [
    ['create', '07700900009'],
    ['update', '07700900001'],
  ]) {
    await writeFile(path, csv('LocalID,FirstName,LastName,Mobile', `B1,Jo,Lee,${mobile}`))
    await muster(settings, 'upload', path, '--organisation', 'RX1', '--mode', mode, '--yes')
  }
  const duplicates = (...options: string[]) =>
    muster(settings, 'duplicates', '--organisation', 'RX1', ...options)
  expect((await duplicates()).stdout).toMatch(/^Nobody has searched yet/)
  expect((await duplicates('--search')).stdout).toMatch(
    /^1 pair\n.*\n\d+ LEE, Jo \(RX1\) A1 .*the same name and mobile\n/,
  )
  const { duplicates: found } = JSON.parse((await duplicates('--json')).stdout)
  const [one, other] = found[0].accounts.map(({ id }: { id: number }) => String(id))
  expect(await duplicates('--not-same', `${one},${other}`)).toMatchObject({ code: 0, stdout: /remembered/ })
  expect((await duplicates()).stdout).toMatch(/^Nobody seems to be/)
  await duplicates('--undecided', `${other},${one}`)
  expect(await duplicates('--keep', one, '--other', other, '--yes')).toMatchObject({
    ...{ code: 0, stdout: /\n1 person marked as a leaver\n$/ },
  })
})

test.each([
  [['explode', '--everybody'], /“explode” is no action/],
  [['disable'], /Say whom it is about in one way/],
  [['disable', '--everybody', '--ids', '1'], /Say whom it is about in one way/],
  [['set', '--everybody', '--field', 'jobTitle'], /--value TEXT or --empty/],
  [['set', '--everybody', '--field', 'mobile', '--value', '1'], /Choose the field to change/],
  [['delete', '--everybody'], /Your role does not allow this/],
  [['disable', '--file', '/nowhere/x.csv'], /can’t be read/],
])('%j is refused with what to do', async ([name = '', ...parameters], words) => {
  expect(await action(name, ...parameters)).toMatchObject({ code: 1, stderr: words })
})
