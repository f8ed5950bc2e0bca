import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findFreePort } from '../../src/database/embedded-server.ts'
import { csv } from '../support/upload.ts'
import { emptyDatabase, environment, muster, type Running, running } from './muster.ts'

let database: Awaited<ReturnType<typeof emptyDatabase>>
let portal: Running
let settings: Record<string, string>
let folder: string

const NEW = csv('LocalID,FirstName,LastName,Mobile', '1,Jo,Lee,07700900001', '2,Al,May,07700900002')

const file = async (name: string, content: string): Promise<string> => {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

beforeAll(async () => {
  database = await emptyDatabase()
  folder = await mkdtemp(join(tmpdir(), 'muster-cli-'))
  const direct = { DATABASE_URL: database.url, PORT: String(await findFreePort()) }
  await muster(direct, 'organisation', 'add', 'RX1', 'Northbridge')
  await muster(
    direct,
    'administrator',
    'add',
    'jo@rx1.example',
    '--role',
    'local-administrator',
    '--organisation',
    'RX1',
  )
  const { stdout } = await muster(direct, 'token', 'create', '--email', 'jo@rx1.example')
  portal = await running(direct, 'serve')
  settings = { ...direct, MUSTER_URL: portal.address, MUSTER_TOKEN: stdout.trim() }
})

afterAll(async () => {
  await portal.stop()
  await database[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const upload = (path: string, ...parameters: string[]) =>
  muster(settings, 'upload', path, '--organisation', 'RX1', ...parameters)

test('without a terminal and without --yes it shows the plan and changes nothing: exit code 3', async () => {
  const ended = await upload(await file('new.csv', NEW), '--mode', 'create')
  expect(ended).toMatchObject({ code: 3, stdout: /^2 accounts will be created\n/, stderr: /add --yes/ })
  expect(ended.stdout).toMatch(/Nothing was changed\. Upload \d+ waits for you at http/)
})

test('with --yes it applies, saves the results file, and ends with 0', async () => {
  const results = join(folder, 'results.csv')
  const ended = await upload(await file('new.csv', NEW), '--mode', 'create', '--yes', '--results', results)
  expect(ended).toMatchObject({ code: 0, stdout: /\n2 accounts created\n$/, stderr: '' })
  const lines = (await readFile(results, 'utf8')).split('\r\n')
  expect(lines[0]).toBe('\uFEFFLocalID,FirstName,LastName,Mobile,Result,ResultDetail,AccountID,EmailAddress')
  expect(lines[1]).toMatch(/^1,Jo,Lee,07700900001,Created,/)
})

test('a file of several organisations is carried through for each, with its results and what colleagues should know', async () => {
  await muster(settings, 'organisation', 'add', 'RY2', 'Southbridge')
  const role = ['administrator', 'add', 'jo@rx1.example', '--role', 'local-administrator']
  await muster(settings, ...role, '--organisation', 'RY2')
  const people = csv(
    'LocalID,OrganisationCode,FirstName,LastName,Mobile',
    '21,RX1,Una,Oak,07700900021',
    '21,RY2,Ida,Elm,07700900022',
  )
  const all = join(folder, 'all.csv')
  const ended = await upload(
    await file('all-new.csv', people),
    ...[
      '--divide',
      '--note',
      'November',
      '--mode',
      'create',
      '--yes',
      '--accept-warnings',
      '--results',
      all,
      '--json',
    ],
  )
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  const told = ended.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(told).toMatchObject([
    { organisation: 'RX1', note: 'November', results: { created: 1 } },
    { organisation: 'RY2', note: 'November', results: { created: 1 } },
  ])
  expect(await readFile(join(folder, 'all-RY2.csv'), 'utf8')).toMatch(/^.*\r\n21,RY2,Ida,.*Created/)
  expect(await readFile(all, 'utf8')).toMatch(/^.*\r\n21,RX1,Una,.*Created.*\r\n21,RY2,Ida,.*Created.*\r\n$/)
})

test('rows that fail end it with 2, and are told with row, column and what to do', async () => {
  const ended = await upload(
    await file('some.csv', csv('LocalID,JobTitle', '1,Nurse', '002,Porter')),
    ...['--yes', '--accept-warnings'],
  )
  expect(ended).toMatchObject({ code: 2, stdout: /\n {2}Row 3, LocalID: .*“002”.*\n/, stderr: '' })
  expect(ended.stdout).toMatch(/1 account updated\n1 row failed and was left out\n$/)
})

test('warnings stop it, --yes or not, unless they are accepted', async () => {
  const path = await file('warned.csv', csv('LocalID,Mobile', '1,7700900055'))
  const stopped = await upload(path, '--yes')
  expect(stopped).toMatchObject({ code: 4, stderr: '' })
  expect(stopped.stdout).toMatch(/\nWarning \(mobile-without-zero\), 1 row: .*\n/)
  expect(stopped.stdout).toMatch(/nothing was changed/)
  const done = await upload(path, '--yes', '--accept-warnings')
  expect(done).toMatchObject({ code: 0, stdout: /\n1 account updated\n$/ })
})

test('a file that can’t be used ends it with 1 and the reason', async () => {
  const ended = await upload(await file('bad.csv', 'a,b\n1,2\n'), '--yes')
  expect(ended).toMatchObject({ code: 1, stdout: '', stderr: /heading/ })
  expect(await upload(await file('empty.csv', ''), '--yes')).toMatchObject({ code: 1, stderr: /empty/ })
  const odd = await upload(await file('new.csv', NEW), '--mode', 'delete')
  expect(odd).toMatchObject({ code: 1, stderr: /mode: must be one of: update, create, both/ })
})

test('--json answers with the upload alone, whatever the outcome', async () => {
  const path = await file('same.csv', csv('LocalID,FirstName', '1,Jo'))
  const waiting = await upload(path, '--json')
  expect([waiting.code, JSON.parse(waiting.stdout)]).toMatchObject([
    3,
    { status: 'checked', counts: { unchanged: 1 } },
  ])
  const done = await upload(path, '--json', '--yes')
  expect([done.code, JSON.parse(done.stdout)]).toMatchObject([
    0,
    { status: 'completed', results: { unchanged: 1 } },
  ])
})

test('what a file did is taken back, once it is agreed, and the results are saved', async () => {
  const sent = await upload(await file('job.csv', csv('LocalID,JobTitle', '1,Driver')), '--json', '--yes')
  const { id } = JSON.parse(sent.stdout)
  const shown = await muster(settings, 'undo', String(id))
  expect(shown).toMatchObject({ code: 3, stdout: /^1 account goes back to what it was\n/ })
  const results = join(folder, 'undo.csv')
  const ended = await muster(settings, 'undo', String(id), '--yes', '--results', results)
  expect(ended).toMatchObject({ code: 0, stdout: /\n1 account went back to what it was\n$/ })
  expect(await readFile(results, 'utf8')).toMatch(
    /\r\n2,1,"LEE, Jo \(RX1\)",Job title,Driver,\w*,Taken back,/,
  )
})

test('what a cell holds can’t command the terminal', async () => {
  const ended = await upload(
    await file('odd.csv', csv('LocalID,JobTitle', '\u001b]0;owned\u0007x,Nurse')),
    ...['--yes', '--accept-warnings'],
  )
  expect(ended.stdout).not.toMatch(/[^\P{Cc}\n]/u)
  expect(ended.code).toBe(2)
})

test.skipIf(!existsSync('/usr/bin/script'))('on a terminal it asks, and does as it is told', async () => {
  const path = await file('ask.csv', csv('LocalID,JobTitle', '1,Matron'))
  const ask = async (reply: string) => {
    const line = `'${process.execPath}' bin/muster upload '${path}' --organisation RX1`
    const terminal = spawn('script', ['-qec', line, '/dev/null'], { env: environment(settings) })
    let shown = ''
    terminal.stdout.setEncoding('utf8').on('data', (text) => {
      if (text.includes('[y/N]')) terminal.stdin.write(`${reply}\r`)
      shown += text
    })
    const [code] = await once(terminal, 'close')
    return { code, shown }
  }
  expect(await ask('n')).toMatchObject({
    code: 3,
    shown: /Update 1 account\? \[y\/N\][\s\S]*Nothing was changed/,
  })
  expect(await ask('y')).toMatchObject({ code: 0, shown: /1 account updated/ })
})

test('the report and the export are saved whole or not at all', async () => {
  const output = join(folder, 'report.csv')
  const saved = await muster(settings, 'report', 'mailbox', '--organisation', 'RX1', '-o', output, '--json')
  const content = await readFile(output)
  expect(JSON.parse(saved.stdout)).toEqual({ file: output, bytes: content.length })
  expect(content.toString()).toMatch(/^\uFEFFID,ExternalSyncID,/)
  const refused = await muster(settings, 'export', '--organisation', 'NOPE', '-o', output)
  expect(refused).toMatchObject({ code: 1, stderr: /no such organisation/ })
  expect(await readFile(output)).toEqual(content)
  const piped = await muster(settings, 'export', '--organisation', 'RX1', '-o', '-')
  expect(piped).toMatchObject({ code: 0, stdout: /^\uFEFFID,LocalID,/ })
  const nowhere = await muster(settings, 'export', '--organisation', 'RX1', '-o', '/no/such/folder/x.csv')
  expect(nowhere).toMatchObject({ code: 1, stderr: /there is no such folder/ })
})

test('an address that is no Muster, and a token that is none, are said plainly', async () => {
  const other = createServer((_request, response) => response.writeHead(404).end('<h1>Nothing</h1>')).listen(
    0,
    '127.0.0.1',
  )
  await once(other, 'listening')
  const elsewhere = { ...settings, MUSTER_URL: `http://127.0.0.1:${(other.address() as AddressInfo).port}` }
  const path = await file('new.csv', NEW)
  const wrong = await muster(elsewhere, 'upload', path, '--organisation', 'RX1')
  other.close()
  expect(wrong).toMatchObject({ code: 1, stderr: /is no Muster portal: it answered 404/ })
  const stranger = await muster(
    { ...settings, MUSTER_TOKEN: 'muster_wrong' },
    'upload',
    path,
    '--organisation',
    'RX1',
  )
  expect(stranger).toMatchObject({ code: 1, stderr: /token is not known/ })
})

test('a portal that is killed and started again in the middle is waited for', {
  timeout: 180_000,
}, async () => {
  const rows = Array.from({ length: ROWS }, (_, n) => `n${n},Kim,${letters(n)},07700900003`)
  const path = await file('many.csv', csv('LocalID,FirstName,LastName,Mobile', ...rows))
  const ended = upload(path, '--mode', 'create', '--yes', '--json')
  await until(database.url, `select 1 from change_set where status = 'applying' and last_row > ${ROWS}`)
  await portal.stop('SIGKILL')
  portal = await running(settings, 'serve')
  const { code, stdout, stderr } = await ended
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', counts: { rows: ROWS } })
  const { results } = JSON.parse(stdout)
  expect(results.created + results.skipped + results.failed).toBe(ROWS)
})

const ROWS = 25_000

// A name of its own for each: digits may not stand in one.
function letters(n: number): string {
  return String(n).replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)] as string)
}

async function until(url: string, query: string): Promise<void> {
  const client = new Client(url)
  await client.connect()
  while ((await client.query(query)).rowCount === 0) await sleep(10)
  await client.end()
}

test('a workbook goes out by the name of the file, comes in as it is, and its results too', async () => {
  const saved = join(folder, 'accounts.xlsx')
  const exported = await muster(settings, 'export', '--organisation', 'RX1', '-o', saved)
  expect(exported).toMatchObject({ code: 0, stdout: `Saved ${saved}.\n` })
  const results = join(folder, 'results.xlsx')
  expect(await upload(saved, '--sheet', 'accounts', '--yes', '--results', results)).toMatchObject({ code: 0 })
  for (const path of [saved, results]) expect((await readFile(path)).subarray(0, 2).toString()).toBe('PK')
  expect(await upload(saved, '--sheet', 'Staff')).toMatchObject({ code: 1, stderr: /no sheet “Staff”/ })
})

test('--map says what columns are, and --map "Heading=" leaves one out', async () => {
  const path = await file('foreign.csv', csv('Nummer,Befattning,Site', '1,Ward = clerk,Elsewhere'))
  const mapped = ['--map', 'Nummer=LocalID', '--map', 'Befattning = jobTitle', '--map', 'Site=']
  const done = await upload(path, ...mapped, '--yes', '--accept-warnings')
  expect(done).toMatchObject({ code: 0, stdout: /\nNot read: Site \(--map .*\n/, stderr: '' })
  expect(done.stdout).toMatch(/\n1 account updated\n$/)

  const none = await upload(path, '--map', 'Nummer=Shoe')
  expect(none).toMatchObject({ code: 1, stderr: /There is no column “Shoe”/ })
  for (const [map, words] of [
    [['Nummer'], /Write it as "Heading=Field"/],
    [['Nummer=LocalID', '--map', 'Nummer='], /“Nummer” is said twice/],
  ] as const) {
    expect(await upload(path, '--map', ...map)).toMatchObject({ code: 1, stderr: words })
  }
})
