import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { Conflict, Forbidden, Gone, InvalidInput, NotFound } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { webPages } from '../../src/web/pages.ts'
import { ROUTES, type Route } from '../../src/web/routes.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { type Pages, testPages } from '../support/web.ts'

let portal: Portal
let pages: Pages
let helpdesk: Actor
let thrown: Error
let received: unknown[] = []
const logged: Record<string, unknown>[] = []

const TRIAL: readonly Route[] = [
  ...ROUTES,
  ['GET', '/trial', 'signed-in', () => Promise.reject(thrown)],
  ['POST', '/trial', 'signed-in', () => Promise.reject(thrown)],
  [
    'POST',
    '/trial/file',
    'signed-in',
    async ({ body, sentFile }, reply) => {
      const pieces = []
      for await (const piece of sentFile?.bytes ?? []) pieces.push(piece)
      received.push({
        fields: { ...body },
        filename: sentFile?.filename,
        content: Buffer.concat(pieces).toString(),
      })
      return reply.goTo('/')
    },
    'file',
  ],
]

beforeAll(async () => {
  portal = await testPortal()
  const note = (entry: object) => logged.push(entry as Record<string, unknown>)
  portal.log = Object.assign(Object.create(portal.log), { error: note, warn: note })
  pages = await testPages(portal, TRIAL)
  helpdesk = await makeActor(portal, 'h@rx1.example', 'local-helpdesk', await makeOrganisation(portal, 'RX1'))
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

describe('who may open what', () => {
  const closed = ROUTES.filter(([, , may]) => may !== 'anyone').map(
    ([method, path]) => [method, path] as const,
  )

  test('the pages for anyone are those to sign in, to set a password, and those of the footer', () => {
    const open = ROUTES.filter(([, , may]) => may === 'anyone').map(([, path]) => path)
    const signingIn = ['/sign-in', '/sign-in/second-factor', '/sign-in/with/:id', '/sign-in/with/:id/back']
    const passwords = ['/password/forgotten', '/password/set']
    expect(new Set(open)).toEqual(
      new Set([...signingIn, ...passwords, '/help', '/accessibility', '/privacy']),
    )
  })

  test.each(closed)('%s %s sends a visitor to sign in', async (method, path) => {
    const answer = await pages.app.inject({ method, url: path.replaceAll(/:\w+/g, '1') })
    expect(answer.statusCode).toBe(303)
    expect(answer.headers.location).toMatch(/^\/sign-in/)
  })

  test('a role that doesn’t allow it gets a page that says what to do', async () => {
    const browser = await pages.signedIn(helpdesk)
    for (const path of ['/outbox', '/outbox/1', '/outbox/1/attachment']) {
      const page = await browser.get(path)
      expect(page.status).toBe(403)
      expect(page.text).toContain('Your role does not allow it. Nothing was changed.')
    }
  })
})

describe('a form is only taken from our own page', () => {
  test.each(ROUTES.filter(([method]) => method === 'POST').map(([method, path]) => [method, path] as const))(
    '%s %s without a token is refused',
    async (_, path) => {
      const browser = await pages.signedIn(helpdesk)
      await browser.get('/')
      const page = await browser.submit(path.replaceAll(/:\w+/g, '1'), {}, { token: null })
      expect(page.status).toBe(403)
    },
  )

  test('not with the token of another session', async () => {
    const [mine, theirs] = [await pages.signedIn(helpdesk), await pages.signedIn(helpdesk)]
    const token = /name="_csrf" value="([^"]+)"/.exec((await theirs.get('/')).html)?.[1] as string
    await mine.get('/')
    const page = await mine.submit('/sign-out', {}, { token })
    expect(page.status).toBe(403)
    expect(page.text).toContain('This page was out of date')
    expect(page.text).toContain('Nothing was changed')
  })

  test.each([
    ['sec-fetch-site', 'cross-site', 403],
    ['sec-fetch-site', 'same-site', 403],
    ['sec-fetch-site', 'same-origin', 200],
    ['sec-fetch-site', 'none', 200],
  ])('%s: %s answers %i', async (name, value, status) => {
    const browser = await pages.signedIn(helpdesk)
    await browser.get('/')
    expect((await browser.submit('/sign-out', {}, { headers: { [name]: value } })).status).toBe(status)
  })

  test.each([
    ['https://evil.example', 403],
    ['null', 403],
    ['http://muster.test', 200],
  ])('from a browser that says its origin only: %s', async (origin, status) => {
    const browser = await pages.signedIn(helpdesk)
    await browser.get('/')
    const headers = { 'sec-fetch-site': '', origin, host: 'muster.test' }
    expect((await browser.submit('/sign-out', {}, { headers })).status).toBe(status)
  })
})

describe('a form with a file', () => {
  test('gives its fields, then the file', async () => {
    const browser = await pages.signedIn(helpdesk)
    await browser.submit('/trial/file', {
      mode: 'both',
      file: { filename: 'people.csv', content: 'LocalID\r\n1' },
    })
    expect(received.pop()).toMatchObject({
      fields: { mode: 'both' },
      filename: 'people.csv',
      content: 'LocalID\r\n1',
    })
  })

  test('takes a file far larger than other forms may be', async () => {
    const browser = await pages.signedIn(helpdesk)
    const content = 'x'.repeat(5_000_000)
    await browser.submit('/trial/file', { file: { filename: 'big.csv', content } })
    expect((received.pop() as { content: string }).content).toHaveLength(5_000_000)
  })

  test('without one chosen, there is none', async () => {
    const browser = await pages.signedIn(helpdesk)
    await browser.submit('/trial/file', { mode: 'both', file: { filename: '', content: '' } })
    expect(received.pop()).toMatchObject({ fields: { mode: 'both' }, filename: undefined })
  })

  test('is refused without a token, and the file is not read', async () => {
    const browser = await pages.signedIn(helpdesk)
    const file = { filename: 'big.csv', content: 'x'.repeat(5_000_000) }
    received = []
    expect((await browser.submit('/trial/file', { file }, { token: null })).status).toBe(403)
    expect(received).toEqual([])
  })
})

describe('what goes wrong becomes a page', () => {
  test.each([
    [new NotFound('There is no such upload.'), 404, 'Page not found'],
    [new Forbidden('No.'), 403, 'Your role does not allow it. Nothing was changed.'],
    [new Conflict('It is being applied already.'), 409, 'It is being applied already.'],
    [new Gone('The results file was kept for 30 days.'), 410, 'The results file was kept for 30 days.'],
    [new InvalidInput('“x” is no mode.'), 400, '“x” is no mode.'],
  ])('%s', async (error, status, words) => {
    thrown = error
    const page = await (await pages.signedIn(helpdesk)).get('/trial')
    expect(page.status).toBe(status)
    expect(page.text).toContain(words)
    expect(page.html.match(/<h1/g)).toHaveLength(1)
  })

  test('a fault of ours: an apology and a reference, which the log has too, without what the error said', async () => {
    thrown = Object.assign(new Error('Key (email)=(jane@rx1.example) exists'), { code: '23505' })
    const browser = await pages.signedIn(helpdesk)
    const page = await browser.get('/trial')
    expect(page.status).toBe(500)
    expect(page.text).toContain('Sorry, there is a problem with Muster')
    expect(page.text).toContain('Nothing was changed.')
    expect(page.html).not.toContain('jane@')
    const reference = /[A-Z2-9]{4}-[A-Z2-9]{4}/.exec(page.text)?.[0]
    expect(logged.at(-1)).toMatchObject({
      reference,
      code: '23505',
      route: '/trial',
      administrator: helpdesk.administratorId,
    })
    expect(JSON.stringify(logged)).not.toContain('jane@')
    expect((await browser.submit('/trial')).text).toContain('What you sent was not carried out.')
  })

  test.each([
    ['57P03', 503, 'The database can’t be reached'],
    ['53100', 507, 'There is no room left on the server’s disk'],
  ])('a database that is away or full (%s) is no fault: try again later', async (code, status, words) => {
    thrown = Object.assign(new Error('the database system is starting up'), { code })
    const page = await (await pages.signedIn(helpdesk)).get('/trial')
    expect(page.status).toBe(status)
    expect(page.text).toContain('Muster can’t be used just now')
    expect(page.text).toContain(words)
  })

  test('an address that leads nowhere, for visitors and for those signed in', async () => {
    expect(await pages.browser().get('/nothing/here')).toMatchObject({ status: 404 })
    const page = await (await pages.signedIn(helpdesk)).get('/outbox-of-others')
    expect(page.status).toBe(404)
    expect(page.text).toContain('Sign out')
    expect((await pages.browser().submit('/nothing/here')).status).toBe(404)
  })

  test('a form that can’t be read', async () => {
    const { statusCode } = await pages.app.inject({
      method: 'POST',
      url: '/sign-in',
      headers: { 'content-type': 'text/x' },
      payload: 'x',
    })
    expect(statusCode).toBe(415)
  })

  test('no organisation at all: the person is told whom to ask', async () => {
    const lost = await makeActor(portal, 'lost@rx1.example', 'auditor')
    const asking: Route = ['GET', '/asking', 'signed-in', async (request) => request.organisation.name]
    await using trial = await testPages(portal, [asking])
    const answer = await (await trial.signedIn(lost)).get('/asking')
    expect(answer.status).toBe(404)
    expect(answer.text).toContain('There is no organisation yet')
  })
})

test('pages are never kept by a cache, and the browser is held to this server', async () => {
  const { headers } = await pages.browser().get('/sign-in')
  expect(headers['cache-control']).toBe('no-store')
  const policy = String(headers['content-security-policy'])
  expect(policy).toMatch(/default-src 'none';script-src 'self' 'nonce-[0-9a-f]{32}';style-src 'self' 'nonce-/)
  expect(policy).not.toContain('unsafe')
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin' })
})

test('styles, scripts and icons come from here, and no brand’s font or logo with them', async () => {
  const html = (await pages.browser().get('/sign-in')).html
  const paths = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path as string)
  expect(paths.length).toBeGreaterThan(3)
  for (const path of [...paths, '/assets/images/nhsuk-icon-arrow-up.svg']) {
    const answer = await pages.app.inject({ url: path })
    expect(answer.statusCode).toBe(200)
    expect(answer.body).not.toMatch(/frutiger|assets\.nhs\.uk/i)
    const again = await pages.app.inject({
      url: path,
      headers: { 'if-none-match': answer.headers.etag as string },
    })
    expect(again.statusCode).toBe(304)
  }
  expect((await pages.app.inject({ url: '/assets/images/favicon.svg' })).statusCode).toBe(404)
})

test('a neighbour on the same server (the API) is left as it is', async () => {
  await using app = Object.assign(Fastify(), { [Symbol.asyncDispose]: () => app.close() })
  await app.register(webPages(portal))
  await app.register(
    async (api) => {
      api.setNotFoundHandler((_, reply) => reply.code(404).send({ title: 'Not found' }))
      api.post('/echo', async ({ body }) => body)
    },
    { prefix: '/api/v1' },
  )
  const echoed = await app.inject({ method: 'POST', url: '/api/v1/echo', payload: { a: 1 } })
  expect(echoed.json()).toEqual({ a: 1 })
  expect(echoed.headers['content-security-policy']).toBeUndefined()
  expect((await app.inject({ url: '/api/v1/nothing' })).json()).toEqual({ title: 'Not found' })
  expect((await app.inject({ url: '/nothing' })).body).toContain('Page not found')
})
