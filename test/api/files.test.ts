import { once } from 'node:events'
import { request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import sql from 'sql-template-tag'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createToken } from '../../src/access/tokens.ts'
import type { Portal } from '../../src/portal.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { csv } from '../support/upload.ts'
import { sheetRows, xlsx } from '../support/workbooks.ts'
import { type Api, CSV, multipart, openApi } from './api.ts'

const LIMIT = 40_000_000
const FILE = csv('LocalID,JobTitle', '1,Nurse')
const SEND = '/uploads?organisation=RX1'

let portal: Portal
let app: FastifyInstance
let api: Api
let token: string

beforeAll(async () => {
  portal = await testPortal({ uploadMaxBytes: LIMIT })
  const organisation = await makeOrganisation(portal, 'RX1')
  const opened = await openApi(portal)
  app = opened.app
  const actor = await makeActor(portal, 'jo@rx1.example', 'local-administrator', organisation)
  api = await opened.as(actor)
  token = await createToken(portal, actor.email)
  await app.listen({ host: '127.0.0.1', port: 0 })
})

afterAll(async () => {
  await app.close()
  await portal[Symbol.asyncDispose]()
})

test.each([['text/csv'], ['text/csv; charset=windows-1252'], ['text/plain'], ['application/octet-stream']])(
  'a body of %s is the file',
  async (type) => {
    const sent = await api.post(`${SEND}&filename=a%20b.csv`, FILE, { 'content-type': type })
    expect(sent).toMatchObject({ status: 202, json: { filename: 'a b.csv' } })
  },
)

test.each(['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'text/csv'])(
  'a workbook is read, called %s',
  async (type) => {
    const workbook = await xlsx([
      { name: 'Staff', xml: sheetRows(['LocalID', 'JobTitle'], ['1', 'Nurse']) },
      { name: 'Old', xml: sheetRows(['LocalID'], ['1']) },
    ])
    const sent = await api.post(`${SEND}&filename=a.csv&sheet=old`, workbook, { 'content-type': type })
    expect(sent).toMatchObject({
      status: 202,
      json: { format: 'xlsx', sheet: 'Old', otherSheets: ['Staff'] },
    })
    const form = multipart({ name: 'file', filename: 'a.xlsx', content: workbook })
    expect((await api.post(SEND, form.body, form.headers)).json).toMatchObject({
      format: 'xlsx',
      sheet: 'Staff',
    })
    const none = await api.post(`${SEND}&sheet=none`, workbook, { 'content-type': type })
    expect(none).toMatchObject({ status: 400, json: { code: 'sheet-missing' } })
  },
)

test.each([
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\jo\\people.csv', 'people.csv'],
  ['a\tb\r\nc.csv', 'a b c.csv'],
  [`${'x'.repeat(254)}😀.csv`, 'x'.repeat(254)],
  ['', 'upload.csv'],
])('of the file name %j only %j is kept', async (filename, kept) => {
  const raw = await api.post(`${SEND}&filename=${encodeURIComponent(filename)}`, FILE, CSV)
  expect(raw.json.filename).toBe(kept)
})

test('an umlaut in a multipart file name stays what it is', async () => {
  const { body, headers } = multipart({ name: 'file', filename: 'Übersicht – März.csv', content: FILE })
  expect((await api.post(SEND, body, headers)).json.filename).toBe('Übersicht – März.csv')
})

describe('what is no file to check is refused, and nothing of it is kept', () => {
  const two = multipart(
    { name: 'file', filename: 'a.csv', content: FILE },
    { name: 'file', filename: 'b.csv', content: FILE },
  )
  const other = multipart({ name: 'upload', filename: 'a.csv', content: FILE })
  const none = multipart({ name: 'comment', content: 'hello' })
  const empty = multipart({ name: 'file', filename: 'a.csv', content: '' })
  const whole = multipart({ name: 'file', filename: 'a.csv', content: FILE })
  const cut = { body: whole.body.subarray(0, -20), headers: whole.headers }
  const xlsx = Buffer.from('504b0304140006000800000021', 'hex')

  test.each([
    ['two files', two, 400, 'several-files'],
    ['another field', other, 400, 'file-missing'],
    ['no file', none, 400, 'file-missing'],
    ['an empty file', empty, 400, 'file-empty'],
    ['a form that is cut off', cut, 400, 'file-incomplete'],
    ['no body', { body: undefined, headers: {} }, 400, 'file-missing'],
    ['an empty body', { body: '', headers: CSV }, 400, 'file-empty'],
    ['a workbook that is cut off', { body: xlsx, headers: CSV }, 415, 'file-damaged'],
    [
      'JSON',
      { body: '{"a":1}', headers: { 'content-type': 'application/json' } },
      415,
      'unsupported-content-type',
    ],
    [
      'a form of a page',
      { body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'unsupported-content-type',
    ],
    [
      'no boundary',
      { body: 'x', headers: { 'content-type': 'multipart/form-data' } },
      400,
      'file-incomplete',
    ],
  ])('%s', async (_what, { body, headers }, status, code) => {
    const before = await uploads()
    expect(await api.post(SEND, body, headers)).toMatchObject({ status, json: { code } })
    expect(await uploads()).toEqual(before)
  })
})

test.each(['raw', 'multipart'] as const)(
  'a file over the limit is refused with 413, which the client reads once it has sent all (%s)',
  async (how) => {
    const before = await uploads()
    const answer = await sendOverNetwork(how, LIMIT + 20_000_000)
    expect(answer).toMatchObject({ status: 413, body: { code: 'file-too-large' } })
    expect(await uploads()).toEqual(before)
  },
)

test('a large file passes through without being gathered in memory', async () => {
  global.gc?.()
  const before = process.memoryUsage().rss
  let peak = 0
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss)
  }, 20)
  const answer = await sendOverNetwork('multipart', LIMIT - 1_000_000)
  clearInterval(watch)
  expect(answer.status).toBe(202)
  expect(peak - before).toBeLessThan(LIMIT)
})

test('a client that goes away in the middle leaves nothing behind', async () => {
  const before = await uploads()
  const { port } = app.server.address() as AddressInfo
  const sending = request({
    port,
    method: 'POST',
    path: `/api/v1${SEND}`,
    headers: { ...CSV, authorization: `Bearer ${token}` },
  })
  sending.on('error', () => {})
  for await (const piece of rows(5_000_000)) sending.write(piece)
  await sleep(200)
  sending.destroy()
  await expect.poll(uploads, { timeout: 10_000 }).toEqual(before)
  expect((await api.get('/accounts')).status).toBe(200)
})

// As many programs do: it sends all there is before it reads a word of the answer.
async function sendOverNetwork(how: 'raw' | 'multipart', bytes: number) {
  const { port } = app.server.address() as AddressInfo
  const form = multipart({ name: 'file', filename: 'large.csv', content: '' })
  const content = how === 'raw' ? rows(bytes) : framed(form.body, rows(bytes))
  const headers = {
    host: `127.0.0.1:${port}`,
    authorization: `Bearer ${token}`,
    'transfer-encoding': 'chunked',
    ...(how === 'raw' ? CSV : form.headers),
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const socket = connect(port, '127.0.0.1')
  socket.write(`POST /api/v1${SEND} HTTP/1.1\r\n${lines.join('')}\r\n`)
  for await (const piece of content) {
    const passed = socket.write(Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, CRLF]))
    if (!passed) await once(socket, 'drain')
  }
  socket.write('0\r\n\r\n')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  const [head, body] = answer.toString().split('\r\n\r\n') as [string, string]
  return { status: Number(head.split(' ')[1]), body: JSON.parse(body) }
}

const CRLF = Buffer.from('\r\n')

async function* framed(form: Buffer, content: AsyncIterable<Buffer>) {
  const start = form.indexOf('\r\n\r\n') + 4
  yield form.subarray(0, start)
  yield* content
  yield form.subarray(start)
}

async function* rows(bytes: number): AsyncGenerator<Buffer> {
  yield Buffer.from('LocalID,JobTitle\r\n')
  const piece = Buffer.from(`0001234,${'Consultant Anaesthetist '.repeat(1300)}\r\n`.repeat(2))
  for (let sent = 0; sent < bytes; sent += piece.length) yield piece
}

async function uploads(): Promise<unknown> {
  return portal.database.transaction('everything', (tx) =>
    tx.rows(
      sql`select (select count(*) from upload) as uploads, (select count(distinct upload_id) from upload_bytes) as kept`,
    ),
  )
}

test('what is said in the fields of a form counts as in the address, and comes before the file', async () => {
  const file = { name: 'file', filename: 'a.csv', content: FILE }
  const before = multipart(
    { name: 'organisation', content: 'RX1' },
    { name: 'mode', content: 'create' },
    file,
  )
  expect(await api.post('/uploads', before.body, before.headers)).toMatchObject({
    status: 202,
    json: { mode: 'create' },
  })
  const after = multipart(file, { name: 'mode', content: 'create' })
  expect((await api.post(SEND, after.body, after.headers)).json).toMatchObject({ code: 'field-after-file' })
  const wrong = multipart({ name: 'mode', content: 'delete' }, file)
  expect((await api.post(SEND, wrong.body, wrong.headers)).json.detail).toContain(
    '“mode” must be one of: update',
  )
  const none = multipart(file)
  expect((await api.post('/uploads', none.body, none.headers)).json).toMatchObject({
    code: 'organisation-missing',
  })
})
