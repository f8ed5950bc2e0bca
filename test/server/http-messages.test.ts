import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Portal } from '../../src/portal.ts'
import { openServer } from '../../src/server/open.ts'
import { testPortal } from '../support/portal.ts'

let portal: Portal
let app: FastifyInstance

beforeAll(async () => {
  portal = await testPortal({ metricsToken: 'a-token-for-prometheus' })
  app = await openServer(portal)
  await app.listen({ host: '127.0.0.1', port: 0 })
})

afterAll(async () => {
  await app.close()
  await portal[Symbol.asyncDispose]()
})

describe('a request whose end could be read in two ways is refused', () => {
  test.each([
    ['Content-Length: 5\r\nTransfer-Encoding: chunked', '0\r\n\r\n'],
    ['Content-Length: 5\r\nContent-Length: 6', 'a=b&c='],
    ['Transfer-Encoding: chunked, identity', '0\r\n\r\n'],
    ['Transfer-Encoding : chunked', '0\r\n\r\n'],
    ['Content-Length: 5\n\r', 'a=b&c'],
  ])('%j', async (headers, body) => {
    expect(await statusOfRaw(`POST /sign-in HTTP/1.1\r\nHost: muster\r\n${headers}\r\n\r\n${body}`)).toBe(400)
  })
})

test('methods that nothing needs do nothing, and TRACE sends nothing back', async () => {
  for (const method of ['TRACE', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const)
    for (const url of ['/', '/uploads', '/api/v1/uploads']) {
      const answer = await app.inject({ method: method as 'PUT', url, headers: { 'x-secret': 'of-a-proxy' } })
      expect([401, 403, 404, 405], `${method} ${url}`).toContain(answer.statusCode)
      expect(answer.body).not.toContain('of-a-proxy')
    }
})

test('every answer says what it is and how its text is encoded', async () => {
  const types = await Promise.all(EVERY_KIND.map(async (url) => (await get({ url })).headers['content-type']))
  expect(types).toEqual([
    ...Array(3).fill('text/html; charset=utf-8'),
    'text/css; charset=utf-8',
    'text/javascript; charset=utf-8',
    'image/svg+xml; charset=utf-8',
    ...Array(3).fill('application/json; charset=utf-8'),
    'application/problem+json',
    expect.stringMatching(/^text\/plain; .*charset=utf-8/),
  ])
})

test('no other site may read an answer, and none says which software made it', async () => {
  for (const url of EVERY_KIND) {
    const { headers } = await get({ url, headers: { origin: 'https://elsewhere.example' } })
    const told = Object.keys(headers).filter((name) =>
      /^access-control-|^(server|x-powered-by|via)$/.test(name),
    )
    expect(told, url).toEqual([])
  }
})

test('nothing is served but pages, the API and the assets that are named', async () => {
  for (const url of [
    ...['/.git/config', '/.env', '/package.json', '/src/config.ts', '/data/', '/metrics/', '/admin', '/docs'],
    ...['/assets', '/assets/', '/assets/images/', '/assets/../pages.ts', '/assets/..%2fpages.ts'],
    ...['/assets/%2e%2e/%2e%2e/config.ts', '/assets/nhsuk-frontend.css.map', '/sign-in.css', '/accounts.js'],
  ])
    expect((await get({ url })).statusCode, url).toBe(404)
})

const EVERY_KIND = [
  ...['/sign-in', '/nothing', '/assets/nothing.css', '/assets/muster.css', '/assets/muster.js'],
  ...['/assets/muster.svg', '/livez', '/readyz', '/api/v1/openapi.json', '/api/v1/nothing', '/metrics'],
]

function get(options: InjectOptions) {
  return app.inject({
    ...options,
    headers: {
      ...(options.url === '/metrics' ? { authorization: 'Bearer a-token-for-prometheus' } : {}),
      ...options.headers,
    },
  })
}

/** As it is written, since a client of one's own would refuse to send it. */
async function statusOfRaw(request: string): Promise<number> {
  const socket = connect((app.server.address() as { port: number }).port, '127.0.0.1')
  socket.end(request)
  return Number((await text(socket)).match(/^HTTP\/1\.1 (\d{3})/)?.[1])
}
