import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSession } from '../../src/access/sessions.ts'
import { createToken } from '../../src/access/tokens.ts'
import type { Portal } from '../../src/portal.ts'
import { openServer } from '../../src/server/open.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

const LIMIT = 100_000_000
const HEADERS_MS = 500

let portal: Portal
let app: FastifyInstance
let port: number
/** What the headers of the requests below stand for. */
const secrets: Record<string, string> = { WRONG: 'muster_wrong' }
/** The server's end of each connection, by the client's port. */
const ends = new Map<number | undefined, Socket>()

beforeAll(async () => {
  portal = await testPortal({
    uploadMaxBytes: LIMIT,
    apiCallsPerMinute: 100,
    metricsToken: 'a-token-for-prometheus',
  })
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', organisation)
  const auditor = await makeActor(portal, 'auditor@rx1.example', 'auditor', organisation)
  secrets.ANN = await createToken(portal, ann.email)
  secrets.BUSY = await createToken(portal, ann.email)
  secrets.AUDITOR = await createToken(portal, auditor.email)
  secrets.SESSION = await startSession(portal, auditor.administratorId)
  secrets.SENDER = await startSession(portal, ann.administratorId)
  app = await openServer(portal)
  app.server.on('connection', (socket) => ends.set(socket.remotePort, socket))
  Object.assign(app.server, { headersTimeout: HEADERS_MS, connectionsCheckingInterval: 50 })
  port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
})

beforeEach(async () => {
  const headers = { authorization: `Bearer ${secrets.BUSY}` }
  while ((await app.inject({ url: '/api/v1/uploads/1', headers })).statusCode !== 429);
})

afterAll(async () => {
  await app.close()
  await portal[Symbol.asyncDispose]()
})

type Refusal = [what: string, line: string, headers: string[], status: number]

const UPLOADS = 'POST /api/v1/uploads?organisation=RX1'
const DECISIONS = 'POST /api/v1/uploads/1/decisions'
const CSV = 'Content-Type: text/csv'
const JSON_TYPE = 'Content-Type: application/json'
const PNG = 'Content-Type: image/png'
const FORM = 'Content-Type: application/x-www-form-urlencoded'
const FILE_FORM = 'Content-Type: multipart/form-data; boundary=b'
const CHUNKED = 'Transfer-Encoding: chunked'
const LARGE = `Content-Length: ${LIMIT + 1_000_000}`
const ANN = 'Authorization: Bearer ANN'
const AUDITOR = 'Authorization: Bearer AUDITOR'
const BUSY = 'Authorization: Bearer BUSY'
const WRONG = 'Authorization: Bearer WRONG'
const SESSION = 'Cookie: muster-session=SESSION'
const SENDER = 'Cookie: muster-session=SENDER'
const FIELD_FORM = 'Content-Type: multipart/form-data; boundary=f'

const AT_SIGHT: Refusal[] = [
  ['a file without a token', UPLOADS, [CSV, CHUNKED], 401],
  ['a file with a length, without a token', UPLOADS, [CSV, LARGE], 401],
  ['a form without a token', UPLOADS, [FILE_FORM, CHUNKED], 401],
  ['JSON without a token', DECISIONS, [JSON_TYPE, CHUNKED], 401],
  ['a file with a wrong token', UPLOADS, [CSV, CHUNKED, WRONG], 401],
  ['a file from a role that sends none', UPLOADS, [CSV, CHUNKED, AUDITOR], 403],
  ['a call too many', UPLOADS, [CSV, CHUNKED, BUSY], 429],
  ['a file of too great a length', UPLOADS, [CSV, LARGE, ANN], 413],
  ['JSON of too great a length', DECISIONS, [JSON_TYPE, LARGE, ANN], 413],
  ['what is no file', UPLOADS, [PNG, CHUNKED, ANN], 415],
  ['a call that there isn’t', 'POST /api/v1/nothing', [JSON_TYPE, CHUNKED], 404],
  ['a body where none is asked for', 'GET /api/v1/accounts', [CSV, CHUNKED, ANN], 200],
  ['a page’s file without a session', 'POST /uploads', [FILE_FORM, CHUNKED], 303],
  ['a page’s file from a role that sends none', 'POST /uploads', [FILE_FORM, CHUNKED, SESSION], 403],
  ['a form from elsewhere', 'POST /sign-in', [FORM, CHUNKED, 'Sec-Fetch-Site: cross-site'], 403],
  ['a file where a form has none', 'POST /sign-in', [FILE_FORM, CHUNKED], 415],
  ['a form of another type', 'POST /sign-in', [PNG, CHUNKED], 415],
  ['a form of too great a length', 'POST /sign-in', [FORM, LARGE], 413],
  ['a page that there isn’t', 'POST /nothing', [FORM, CHUNKED], 404],
  ['a page with a body', 'GET /sign-in', [FORM, CHUNKED], 200],
  ['an address that can’t be read', 'POST /%zz', [FORM, CHUNKED], 400],
  ['metrics without their token', 'GET /metrics', [FORM, CHUNKED], 401],
  ['whether it lives', 'GET /livez', [FORM, CHUNKED], 200],
]

const AT_ITS_BEGINNING: Refusal[] = [
  ['a form from a role that sends none', UPLOADS, [FILE_FORM, CHUNKED, AUDITOR], 403],
  ['a form with a file of too great a length', UPLOADS, [FILE_FORM, LARGE, ANN], 413],
  ['a form with a field without an end', UPLOADS, [FIELD_FORM, CHUNKED, ANN], 413],
  ['a page’s form with a field without an end', 'POST /uploads', [FIELD_FORM, CHUNKED, SENDER], 413],
  ['JSON without an end', DECISIONS, [JSON_TYPE, CHUNKED, ANN], 413],
  ['a form without an end', 'POST /sign-in', [FORM, CHUNKED], 413],
]

describe('what is refused before its body matters is answered at once, and its body isn’t read', () => {
  test.concurrent.each([...AT_SIGHT, ...AT_ITS_BEGINNING])('%s', async (_what, line, headers, status) => {
    const { answer, read } = await goOnSending(line, headers)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer).toMatch(/^connection: close\r$/im)
    expect(read).toBeLessThan(8_000_000)
  })

  test.each(AT_SIGHT)('who asks first is told: %s', async (_what, line, headers, status) => {
    const socket = await open(line, [...headers, 'Expect: 100-continue'])
    const [answer] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()
    expect(String(answer)).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  })

  test('who sends nothing more is let go of soon', async () => {
    const socket = await open(UPLOADS, [CSV, CHUNKED])
    socket.resume()
    const began = performance.now()
    await closing(ends.get(socket.localPort))
    expect(performance.now() - began).toBeGreaterThan(1_500) // it may be at reading the answer
    expect(performance.now() - began).toBeLessThan(4_000)
    socket.destroy()
  })
})

test('who may send a file, and asks first, is told to, and then that it was taken', async () => {
  const file = 'LocalID,JobTitle\n1,Nurse\n'
  const socket = await open(UPLOADS, [CSV, `Content-Length: ${file.length}`, ANN, 'Expect: 100-continue'])
  expect(String((await once(socket, 'data'))[0])).toBe('HTTP/1.1 100 Continue\r\n\r\n')
  socket.write(file)
  expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1.1 202 /)
  socket.destroy()
})

describe('headers have to be here within their time', () => {
  test('sent byte by byte they are not, and the connection is closed', async () => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.on('data', (bytes) => {
      answer += bytes
    })
    socket.on('error', () => {})
    const sending = setInterval(() => socket.write('G'), 20)
    socket.write('GET /livez HTTP/1.1\r\nHost: ')
    await closing(socket)
    clearInterval(sending)
    expect(answer).toMatch(/^HTTP\/1.1 408 /)
  })

  test('nor is a connection kept on which nothing comes', async () => {
    const socket = connect(port, '127.0.0.1')
    socket.resume()
    await closing(socket)
  })

  test('a file takes longer than that, and is taken', async () => {
    const socket = await open(UPLOADS, [CSV, CHUNKED, ANN])
    for (const line of ['LocalID,JobTitle\n', '1,Nurse\n', '2,Nurse\n', '3,Nurse\n']) {
      socket.write(`${line.length.toString(16)}\r\n${line}\r\n`)
      await sleep(HEADERS_MS)
    }
    socket.write('0\r\n\r\n')
    expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1.1 202 /)
    socket.destroy()
  })

  test('as the server is opened, that is 20 seconds', async () => {
    await using another = await testPortal()
    const server = await openServer(another)
    expect(server.server).toMatchObject({ headersTimeout: 20_000, requestTimeout: 0 })
    await server.close()
  })
})

/** Sends a request's headers, in which a name of the secrets stands for it. */
async function open(line: string, headers: string[]): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  const head = [`${line} HTTP/1.1`, 'Host: muster', ...headers].join('\r\n')
  socket.write(`${head.replace(/\b[A-Z]{3,}$/gm, (name) => secrets[name] ?? name)}\r\n\r\n`)
  return socket
}

function closing(socket: Socket | undefined): Promise<void> {
  return new Promise((resolve) =>
    socket && !socket.closed ? socket.once('close', () => resolve()) : resolve(),
  )
}

const PART = Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n')

const FIELD = Buffer.from('--f\r\nContent-Disposition: form-data; name="mode"\r\n\r\n')

/** Sends on and on, as fast as it goes, until the connection is cut or far too much has been taken. */
async function goOnSending(line: string, headers: string[]): Promise<{ answer: string; read: number }> {
  const socket = await open(line, headers)
  const { localPort } = socket
  let answer = ''
  socket.on('data', (bytes) => {
    answer += bytes
  })
  const closed = closing(socket)
  const framed = (bytes: Buffer) =>
    headers.includes(CHUNKED)
      ? Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, CRLF])
      : bytes
  if (headers.includes(FILE_FORM)) socket.write(framed(PART))
  if (headers.includes(FIELD_FORM)) socket.write(framed(FIELD))
  const piece = framed(Buffer.alloc(65_536, 'a,b\n'))
  for (let sent = 0; sent < 80_000_000 && !socket.destroyed; sent += piece.length)
    if (!socket.write(piece)) await Promise.race([once(socket, 'drain').catch(() => {}), closed])
  socket.end()
  await closed
  const end = ends.get(localPort)
  await closing(end)
  return { answer, read: end?.bytesRead ?? Number.NaN }
}

const CRLF = Buffer.from('\r\n')
