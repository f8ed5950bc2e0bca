import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Portal } from '../../src/portal.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { csv } from '../support/upload.ts'
import { type Api, CSV, openApi, withToken } from './api.ts'

let portal: Portal
let app: FastifyInstance
let api: Api
let foreign: Api
let helpdesk: Api
let auditor: Api
let accountId: number
let uploadId: number

const FILE = csv('LocalID,JobTitle', '1,Nurse')

beforeAll(async () => {
  portal = await testPortal()
  const mine = await makeOrganisation(portal, 'RX1')
  const theirs = await makeOrganisation(portal, 'RY2')
  const opened = await openApi(portal)
  app = opened.app
  const jo = await makeActor(portal, 'jo@rx1.example', 'local-administrator', mine)
  api = await opened.as(jo)
  foreign = await opened.as(await makeActor(portal, 'al@ry2.example', 'local-administrator', theirs))
  helpdesk = await opened.as(await makeActor(portal, 'hal@rx1.example', 'local-helpdesk', mine))
  auditor = await opened.as(await makeActor(portal, 'ada@rx1.example', 'auditor', mine))
  accountId = await makeAccount(portal, {
    organisationId: mine,
    updatedBy: jo.administratorId,
    localId: '1',
    lastName: 'Lee',
    firstName: 'Jo',
  })
  uploadId = (await api.post('/uploads?organisation=RX1', FILE, CSV)).json.id
})

afterAll(async () => {
  await app.close()
  await portal[Symbol.asyncDispose]()
})

const CALLS: ['get' | 'post', (ids: { upload: unknown; account: unknown }) => string, unknown?][] = [
  ['post', () => '/uploads?organisation=RX1'],
  ['get', ({ upload }) => `/uploads/${upload}`],
  ['get', ({ upload }) => `/uploads/${upload}/rows`],
  ['post', ({ upload }) => `/uploads/${upload}/decisions`, { all: 'create' }],
  ['post', ({ upload }) => `/uploads/${upload}/confirmation`],
  ['post', ({ upload }) => `/uploads/${upload}/cancellation`],
  ['get', ({ upload }) => `/uploads/${upload}/results.csv`],
  ['get', ({ upload }) => `/uploads/${upload}/failed-rows.csv`],
  ['get', ({ account }) => `/accounts/${account}`],
  ['get', ({ account }) => `/accounts/${account}/history`],
  ['get', () => '/accounts?organisation=RX1'],
  ['get', () => '/reports/mailbox.csv?organisation=RX1'],
  ['get', () => '/reports/upload-file.csv?organisation=RX1'],
]

test.each(CALLS)('%s %s needs a token', async (method, url) => {
  for (const [token, challenge] of [
    [undefined, 'Bearer realm="Muster"'],
    ['muster_not-a-token-of-ours', 'Bearer realm="Muster", error="invalid_token"'],
  ] as const) {
    const refused = await withToken(app, token)[method](url({ upload: uploadId, account: accountId }))
    expect(refused).toMatchObject({ status: 401, json: { status: 401, code: 'unauthenticated' } })
    expect(refused.headers).toMatchObject({
      'www-authenticate': challenge,
      'content-type': /^application\/problem\+json/,
    })
  }
})

test.each(CALLS)(
  '%s %s: what is outside the scope answers as what does not exist',
  async (method, url, body) => {
    const options = method === 'post' && !body ? [FILE, CSV] : [body]
    const outside = await foreign[method](
      url({ upload: uploadId, account: accountId }),
      ...(options as [never]),
    )
    expect(outside).toMatchObject({ status: 404, json: { code: 'not-found' } })
    const missing = await api[method](
      url({ upload: 987_654, account: 987_654 }).replace('RX1', 'NONE'),
      ...(options as [never]),
    )
    const nameless = (detail: string) => detail.replace(/RX1|NONE/, '?')
    expect(nameless(missing.json.detail)).toBe(nameless(outside.json.detail))
  },
)

test('a role that may see but not do is refused with 403; one that may not see uploads too', async () => {
  expect(await auditor.get(`/uploads/${uploadId}`)).toMatchObject({ status: 200 })
  for (const call of ['confirmation', 'cancellation']) {
    expect(await auditor.post(`/uploads/${uploadId}/${call}`)).toMatchObject({
      status: 403,
      json: { code: 'forbidden' },
    })
  }
  expect(await auditor.post('/uploads?organisation=RX1', FILE, CSV)).toMatchObject({ status: 403 })
  expect(await helpdesk.post('/uploads?organisation=RX1', FILE, CSV)).toMatchObject({ status: 403 })
  expect(await helpdesk.get(`/uploads/${uploadId}`)).toMatchObject({ status: 403 })
  expect(await helpdesk.get(`/accounts/${accountId}`)).toMatchObject({ status: 200, json: { localId: '1' } })
})

test.each([
  ['/uploads/0'],
  ['/uploads/abc'],
  ['/uploads/1.5'],
  ['/uploads/99999999999999999999'],
  ['/accounts/9007199254740991'],
  ['/accounts/%00'],
  ['/nothing'],
  [''],
])('%s is nothing: 404', async (url) => {
  const answer = await api.get(url)
  expect(answer).toMatchObject({ status: 404, json: { type: 'about:blank', status: 404, code: 'not-found' } })
  expect(Object.keys(answer.json)).toEqual(['type', 'title', 'status', 'detail', 'code'])
})

test.each([
  ['/accounts?limit=0', 'limit'],
  ['/accounts?limit=1001', 'limit'],
  ['/accounts?limit=ten', 'limit'],
  ['/accounts?limit=1&limit=2', 'limit'],
  ['/accounts?organization=RX1', 'organization'],
  ['/accounts?search=%00', 'search'],
  ['/accounts?after=not-a-place', 'after'],
  [`/accounts?search=${'a'.repeat(201)}`, 'search'],
  ['/uploads/1/rows?action=delete', 'action'],
  ['/uploads/1/rows?result=Updated', 'result'],
  ['/uploads/1/rows?after=-1', 'after'],
  ['/uploads/1/rows?after=2147483648', 'after'],
  ['/reports/mailbox.csv', 'organisation'],
])('%s names the wrong parameter: 400', async (url, parameter) => {
  const answer = await api.get(url)
  expect(answer).toMatchObject({ status: 400, json: { status: 400, errors: [{ parameter }] } })
  expect(answer.json.detail).toContain(parameter)
})

test('a body that names what every object has is refused', async () => {
  for (const body of ['{"__proto__":{"all":"create"}}', '{"constructor":{"prototype":{"all":"create"}}}']) {
    const answer = await api.post(`/uploads/${uploadId}/decisions`, body, {
      'content-type': 'application/json',
    })
    expect(answer).toMatchObject({ status: 400, json: { code: 'bad-request' } })
  }
})

test('every wrong parameter is told at once', async () => {
  const answer = await api.post(`/uploads?mode=delete&sheet=${'x'.repeat(256)}`, FILE, CSV)
  expect(answer.json).toMatchObject({
    status: 400,
    code: 'invalid-parameters',
    errors: [{ parameter: 'mode', message: 'must be one of: update, create, both' }, { parameter: 'sheet' }],
  })
})

test('a fault of ours says so with a reference, and nothing of what is inside', async () => {
  await using broken = await testPortal({ logLevel: 'silent' })
  const opened = await openApi(broken)
  const mine = await makeOrganisation(broken, 'RX1')
  const own = await opened.as(await makeActor(broken, 'jo@rx1.example', 'auditor', mine))
  const failing = { ...broken.database }
  broken.database.transaction = () => Promise.reject(new Error('relation "secret_table" does not exist'))
  const answer = await own.get('/accounts')
  Object.assign(broken.database, failing)
  await opened.app.close()
  expect(answer).toMatchObject({
    status: 500,
    json: { code: 'internal-error', reference: /^[0-9a-f-]{36}$/ },
  })
  expect(answer.text).not.toMatch(/secret_table|relation|at \//)
})

test.each([
  ['ECONNREFUSED', 503, 'unavailable'],
  ['53300', 503, 'unavailable'],
  ['40001', 503, 'unavailable'],
  ['53100', 507, 'storage-full'],
])(
  'a database that is away or full (%s) is no fault: %d, and when to ask again',
  async (code, status, name) => {
    await using away = await testPortal({ logLevel: 'silent' })
    const mine = await makeOrganisation(away, 'RX1')
    const opened = await openApi(away)
    const own = await opened.as(await makeActor(away, 'jo@rx1.example', 'auditor', mine))
    away.database.transaction = () => Promise.reject(Object.assign(new Error('…'), { code }))
    const answer = await own.get('/accounts')
    await opened.app.close()
    expect(answer).toMatchObject({
      status,
      json: { status, code: name },
      headers: { 'retry-after': /^\d+$/ },
    })
  },
)

test('each answer carries the request’s ID, the caller’s own where it has one, and is kept by nobody', async () => {
  const given = await api.get('/accounts', { 'x-request-id': 'job-17.3' })
  expect(given.headers).toMatchObject({ 'x-request-id': 'job-17.3', 'cache-control': 'no-store' })
  const odd = await withToken(app, undefined).get('/accounts', { 'x-request-id': 'two\twords' })
  expect(odd.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
})
