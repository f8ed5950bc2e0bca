import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSession } from '../../src/access/sessions.ts'
import { createToken } from '../../src/access/tokens.ts'
import type { Method } from '../../src/api/rest/endpoint.ts'
import { ROUTES as CALLS } from '../../src/api/rest/routes.ts'
import type { Portal } from '../../src/portal.ts'
import { openServer } from '../../src/server/open.ts'
import { ROUTES as PAGES } from '../../src/web/routes.ts'
import { CSV, multipart } from '../api/api.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { check, csv } from '../support/upload.ts'

let portal: Portal
let app: FastifyInstance
let upload: number
let cookie: string
let csrf: string
let authorization: string

beforeAll(async () => {
  portal = await testPortal({ logLevel: 'silent', uploadMaxBytes: 100_000 })
  app = await openServer(portal)
  const organisation = await makeOrganisation(portal, 'RX1')
  const gil = await makeActor(portal, 'gil@muster.example', 'global-administrator')
  const checked = await check(
    portal,
    gil,
    'RX1',
    csv('LocalID,FirstName,LastName', '1,Jo,Lee', '2,,'),
    'both',
  )
  upload = checked.upload.id
  await makeAccount(portal, { organisationId: organisation, updatedBy: gil.administratorId, lastName: 'Lee' })
  await createToken(portal, gil.email) // of the number that is asked for: revoked on the way
  authorization = `Bearer ${await createToken(portal, gil.email)}`
  cookie = `muster-session=${await startSession(portal, gil.administratorId)}`
  const page = await app.inject({ url: '/password', headers: { cookie } })
  cookie += `; ${String(page.headers['set-cookie']).split(';')[0]}`
  csrf = /name="_csrf" value="([^"]+)"/.exec(page.body)?.[1] as string
})

afterAll(async () => {
  await app.close()
  await portal[Symbol.asyncDispose]()
})

/** As they stand in an address or a form, encoded. */
const NOT_TEXT = ['%00', 'a%00b', '%1b', '%c2%85']
const ODD = [
  ...[...NOT_TEXT, '%ed%a0%80', '%ff', '2147483648', '999999999999999', '9223372036854775808', '__proto__'],
  'x'.repeat(3_000),
]

const place = (...keys: unknown[]) => Buffer.from(JSON.stringify(keys)).toString('base64url')

/** The `next` of a page, made up. */
const PLACES = [
  place('\0', 'b', '1'),
  place('\ud800', 'b', '1'),
  place('a', 'b', '999999999999999'),
  place('9999999-99-99 99:99:99+99', '1'),
  place('2026-02-30 00:00:00+00', '1'),
  place('2026-01-01 00:00:00+99:99', '1'),
  place('294277-01-01 00:00:00+00', '1'),
  place('0000-01-01 00:00:00+00', '1'),
  place({ a: 1 }, [], null),
  place(null, null, null),
  ...['999999999999999-1', '1-999999999999999', 'null', 'e30'],
]

const PARAMETERS = [
  ...[
    'organisation',
    'search',
    'status',
    'type',
    'unit',
    'site',
    'sort',
    'after',
    'before',
    'show',
    'result',
  ],
  ...[
    'action',
    'limit',
    'localId',
    'mode',
    'filename',
    'from',
    'next',
    'ended',
    'password',
    'link',
    'problem',
  ],
]

const FIELDS = [
  ...['email', 'password', 'current', 'next', 'link', 'organisation', 'from', 'kind', 'mode', 'all', 'after'],
  'row-1',
]

type Asked = {
  method: Method
  url: string
  payload?: string | Buffer
  headers?: Record<string, string>
}

function ask({ method, url, payload, headers }: Asked) {
  return app.inject({
    method,
    url,
    headers: { cookie, authorization, 'sec-fetch-site': 'same-origin', ...headers },
    ...(payload === undefined ? {} : { payload }),
  })
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const at = (path: string, id: string | number = upload) => path.replaceAll(/:\w+/g, String(id))
const everywhere = (names: string[], value: string) => names.map((name) => `${name}=${value}`).join('&')

describe('whatever is sent, it is no fault of the portal', () => {
  const routes = [
    ...PAGES.map(([method, path]) => [method, path] as const),
    ...CALLS.map(([method, path]) => [method, `/api/v1${path}`] as const),
  ].filter(([, path]) => path !== '/sign-out')

  test.each(routes)('%s %s', async (method, path) => {
    const sent: Asked[] = ODD.flatMap((odd) => [
      ...(path.includes(':') ? [{ method, url: at(path, odd) }] : []),
      method === 'GET'
        ? { method, url: `${at(path)}?${everywhere(PARAMETERS, odd)}` }
        : { method, url: at(path), headers: FORM, payload: `_csrf=${csrf}&${everywhere(FIELDS, odd)}` },
      { method, url: `${at(path)}?after=${odd}` },
    ])
    for (const each of sent)
      expect((await ask(each)).statusCode, each.url + (each.payload ?? '')).toBeLessThan(500)
  })

  test.each([
    '/accounts?sort=name',
    '/accounts?sort=updated',
    '/accounts/1?',
    '/api/v1/accounts?',
    '/outbox?',
  ])('%s after a place that no page named', async (url) => {
    for (const odd of PLACES)
      expect(
        (await ask({ method: 'GET', url: `${url}&after=${odd}&before=${odd}` })).statusCode,
      ).toBeLessThan(500)
  })
})

describe('what is no text is refused in words', () => {
  const words = /holds a character that can’t be shown|must not contain a character that can’t be shown/
  const fields: [path: string, name: string][] = [
    ['/sign-in', 'email'],
    ['/sign-in', 'password'],
    ['/password/forgotten', 'email'],
    ['/password/set', 'link'],
    ['/reports', 'organisation'],
  ]

  test.each(fields)('in the form %s: %s', async (url, name) => {
    for (const odd of NOT_TEXT) {
      const answer = await ask({
        method: 'POST',
        url,
        headers: FORM,
        payload: `_csrf=${csrf}&${name}=${odd}`,
      })
      expect(answer.statusCode).toBe(400)
      expect(answer.body).toMatch(words)
    }
  })

  test.each(['/accounts?search=', '/outbox?before=', '/nothing?x=', '/api/v1/accounts?search='])(
    'in the address %s',
    async (url) => {
      for (const odd of NOT_TEXT) {
        const answer = await ask({ method: 'GET', url: url + odd })
        expect(answer.statusCode).toBe(400)
        expect(answer.body).toMatch(words)
      }
    },
  )

  test('in a body of JSON, whole or half characters', async () => {
    const headers = { 'content-type': 'application/json' }
    for (const payload of [
      '{"all":"\\u0000"}',
      '{"all":"\\ud800"}',
      '{"\\u0000":1}',
      '{"rows":[{"row":"\\ud800"}]}',
    ])
      expect(
        (await ask({ method: 'POST', url: `/api/v1/uploads/${upload}/decisions`, headers, payload }))
          .statusCode,
      ).toBe(400)
  })

  test('in a header that is kept', async () => {
    const url = '/api/v1/uploads?organisation=RX1'
    for (const key of ['a\x85b', 'x'.repeat(256)]) {
      const answer = await ask({
        method: 'POST',
        url,
        headers: { ...CSV, 'idempotency-key': key },
        payload: 'LocalID\n1',
      })
      expect(answer).toMatchObject({ statusCode: 400 })
      expect(answer.json().detail).toContain('idempotency-key')
    }
  })
})

describe('a form with a file that can’t be read is refused in words', () => {
  const file = { name: 'file', filename: 'a.csv', content: 'LocalID,JobTitle\n1,Nurse' }
  const start = () => [
    { name: '_csrf', content: csrf },
    { name: 'mode', content: 'update' },
  ]
  const send = (url: string, { body, headers }: { body: string | Buffer; headers: Record<string, string> }) =>
    ask({ method: 'POST', url, headers, payload: body })

  test.each(['/uploads', '/api/v1/uploads?organisation=RX1'])('%s', async (url) => {
    const whole = multipart(...start(), file)
    const cases: [{ body: string | Buffer; headers: Record<string, string> }, RegExp][] = [
      [{ body: 'x', headers: { 'content-type': 'multipart/form-data' } }, /did not arrive whole/],
      [{ body: whole.body.subarray(0, 40), headers: whole.headers }, /did not arrive whole/],
      [{ body: whole.body.subarray(0, -20), headers: whole.headers }, /did not arrive whole/],
      [multipart(...start(), { ...file, filename: 'a\0b.csv' }), /The name of the file/],
      [multipart(...start(), { ...file, filename: 'a\u001bb.csv' }), /The name of the file/],
    ]
    for (const [form, words] of cases) {
      const answer = await send(url, form)
      expect(answer.body).toMatch(words)
      expect(answer.statusCode).toBe(400)
    }
  })

  test('a field that says of itself to be JSON is none', async () => {
    const { body, headers } = multipart(...start(), { name: 'organisation', content: '{"toString":1}' }, file)
    const typed = body.toString().replace('name="organisation"', '$&\r\nContent-Type: application/json')
    expect((await send('/uploads', { body: typed, headers })).statusCode).toBeLessThan(400)
  })
})
