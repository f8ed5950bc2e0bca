import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Portal } from '../../src/portal.ts'
import { openServer } from '../../src/server/open.ts'
import { testPortal } from '../support/portal.ts'

const TOKEN = 'a-token-of-the-metrics'

let portal: Portal
let app: FastifyInstance

beforeAll(async () => {
  portal = await testPortal({ publicUrl: 'https://muster.example', metricsToken: TOKEN })
  app = await openServer(portal)
})

afterAll(async () => {
  await app.close()
  await portal[Symbol.asyncDispose]()
})

test.each([
  ['/livez', 200],
  ['/readyz', 200],
  ['/metrics', 200],
  ['/metrics?', 401],
  ['/api/v1/livez', 200],
  ['/api/v1/openapi.json', 200],
  ['/api/v1/accounts', 401],
  ['/api/v1/nothing', 404],
  ['/sign-in', 200],
  ['/accounts', 303],
  ['/nothing', 404],
  ['/assets/muster.css', 200],
  ['/%zz', 400],
  ['/api/v1/accounts/%zz', 400],
  [`/accounts/${'1'.repeat(3 * 254 + 1)}`, 400],
])('%s (%i) tells the browser what it may do with it', async (url, status) => {
  const authorization = url === '/metrics' ? { authorization: `Bearer ${TOKEN}` } : {}
  const { statusCode, headers } = await app.inject({ url, headers: authorization })
  expect(statusCode).toBe(status)
  expect(headers).toMatchObject({
    'strict-transport-security': expect.stringMatching(/^max-age=31536000/),
    'x-content-type-options': 'nosniff',
    'x-frame-options': expect.stringMatching(/^(DENY|SAMEORIGIN)$/),
    'referrer-policy': 'same-origin',
    'content-security-policy': expect.stringMatching(/^default-src 'none';.*frame-ancestors 'none'/),
    'permissions-policy': expect.stringContaining('camera=()'),
  })
})

test('pages may load what is theirs', async () => {
  const { headers } = await app.inject({ url: '/sign-in' })
  expect(headers['content-security-policy']).toMatch(
    /script-src 'self'.*style-src 'self'.*connect-src 'self'/,
  )
})

test('without HTTPS nothing promises it', async () => {
  await using plain = await testPortal()
  const server = await openServer(plain)
  for (const url of ['/livez', '/sign-in', '/api/v1/accounts'])
    expect((await server.inject({ url })).headers).not.toHaveProperty('strict-transport-security')
  await server.close()
})
