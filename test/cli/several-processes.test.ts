import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createToken } from '../../src/access/tokens.ts'
import { migrationFiles } from '../../src/database/migrate.ts'
import type { Portal } from '../../src/portal.ts'
import { QUEUES } from '../../src/queue/jobs.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { givePassword, PASSWORD } from '../support/serving.ts'
import { csv } from '../support/upload.ts'
import { emptyDatabase, muster, type Running, running } from './muster.ts'

const ANN = 'ann@rx1.example'

let portal: Portal
let one: Running
let other: Running
let worker: Running
let token: string

beforeAll(async () => {
  portal = await testPortal()
  const own = await makeOrganisation(portal, 'RX1')
  await givePassword(portal, await makeActor(portal, ANN, 'local-administrator', own))
  token = await createToken(portal, ANN)
  const settings = { DATABASE_URL: portal.database.url }
  ;[one, other, worker] = (await Promise.all([
    running(settings, 'serve', '--web-only'),
    running({ ...settings, TRUST_PROXY: '127.0.0.1' }, 'serve', '--web-only'),
    running(settings, 'serve', '--worker-only'),
  ])) as [Running, Running, Running]
})
afterAll(async () => {
  await Promise.all([one.stop(), other.stop(), worker.stop()])
  await portal[Symbol.asyncDispose]()
})

test('ten that start at once on an empty database migrate it once, and all of them serve', {
  timeout: 180_000,
}, async () => {
  await using database = await emptyDatabase()
  const settings = { DATABASE_URL: database.url }
  const kinds = Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? '--web-only' : '--worker-only'))
  const started = await Promise.all(kinds.map((kind) => running(settings, 'serve', kind)))
  const ready = started
    .filter(({ address }) => address !== '')
    .map(({ address }) => fetch(`${address}/readyz`))
  expect((await Promise.all(ready)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  const ended = await Promise.all(started.map((one) => one.stop()))
  expect(ended.map(({ code }) => code)).toEqual(kinds.map(() => 0))
  expect(ended.map(({ stdout }) => stdout).join('\n')).not.toMatch(/"level":[56]0/)
  const { migrations, queues } = await read(
    database.url,
    `select (select array_agg(name order by name) from migration) as migrations,
      (select array_agg(name::text order by name) from pgboss.queue where name not like '\\_\\_%') as queues`,
  )
  expect(migrations).toEqual(await migrationFiles())
  expect(queues).toEqual(Object.keys(QUEUES).sort())
})

test('one that is older than the database refuses to start, whatever it was started as', async () => {
  await using database = await emptyDatabase()
  const settings = { DATABASE_URL: database.url }
  await muster(settings, 'migrate')
  await read(database.url, `insert into migration (name) values ('9999-of-tomorrow.sql')`)
  for (const parameters of [['serve', '--web-only'], ['serve', '--worker-only'], ['migrate']]) {
    expect(await muster(settings, ...parameters)).toEqual({
      code: 1,
      signal: null,
      stdout: '',
      stderr:
        'The database is newer than this version of Muster (it has 9999-of-tomorrow.sql). Update Muster and start again.\n',
    })
  }
})

test('who signs in at one is signed in at the other, and signed out at both', async () => {
  const browser = new Map<string, string>()
  const form = await ask(one, browser, '/sign-in')
  const fields = { email: ANN, password: PASSWORD, _csrf: csrfIn(form.html) }
  // The form of one, sent to the other.
  expect(await ask(other, browser, '/sign-in', fields)).toMatchObject({ status: 303 })
  expect(await ask(one, browser, '/uploads')).toMatchObject({ status: 200 })
  const home = await ask(other, browser, '/')
  expect(home.status).toBe(200)
  expect(await ask(one, browser, '/sign-out', { _csrf: csrfIn(home.html) })).toMatchObject({ status: 303 })
  expect(await ask(other, browser, '/uploads')).toMatchObject({ status: 303 })
})

test('attempts to sign in are counted together, and by the address that a trusted proxy names', async () => {
  const attempt = async (at: Running, email: string, from?: string) => {
    const browser = new Map<string, string>()
    const { html } = await ask(at, browser, '/sign-in')
    const fields = { email, password: 'not the password', _csrf: csrfIn(html) }
    return (await ask(at, browser, '/sign-in', fields, from ? { 'x-forwarded-for': from } : {})).html
  }
  for (let n = 0; n < 10; n++)
    expect(await attempt(n % 2 ? one : other, 'eve@rx1.example')).not.toContain('too many attempts')
  expect(await attempt(one, 'eve@rx1.example')).toContain('too many attempts')
  expect(await attempt(other, 'eve@rx1.example')).toContain('too many attempts')
  await attempt(one, 'a@rx1.example', '203.0.113.7') // says so itself: not believed
  await attempt(other, 'b@rx1.example', '203.0.113.8') // came through the proxy
  const { addresses } = await read(
    portal.database.url,
    `select array_agg(distinct address order by address) as addresses from attempt`,
  )
  expect(addresses).toEqual(['127.0.0.1', '203.0.113.8'])
})

test('a file sent to one is worked on by the worker, watched and confirmed at the other', async () => {
  const sent = await api(one, '/uploads?organisation=RX1&mode=create', {
    method: 'POST',
    headers: { 'content-type': 'text/csv', 'x-request-id': 'job-17' },
    body: csv('LocalID,FirstName,LastName,Mobile', '1,Jo,Lee,07700900001'),
  })
  expect(sent).toMatchObject({ status: 202, requestId: 'job-17' })
  const at = `/uploads/${sent.body.id}`
  await until(async () => (await api(other, at)).body.status === 'checked')
  expect(await api(other, `${at}/confirmation`, { method: 'POST' })).toMatchObject({ status: 202 })
  await until(async () => (await api(one, at)).body.status === 'completed')
  expect((await api(other, at)).body).toMatchObject({ results: { created: 1 } })
  expect(one.stdout()).toMatch(/"route":"\/api\/v1\/uploads","status":202,"ms":\d+,"request":"job-17"/)
  expect(one.stdout() + other.stdout()).not.toContain('job begins')
  // The job is logged as done once its end is stored, which is after its last change is seen.
  await until(async () => /"job":"apply-change-set".*job done/.test(worker.stdout()))
})

async function read(url: string, statement: string): Promise<Record<string, unknown>> {
  const client = new Client(url)
  await client.connect()
  const { rows } = await client.query(statement)
  await client.end()
  return rows[0] ?? {}
}

async function ask(
  { address }: Running,
  cookies: Map<string, string>,
  path: string,
  fields?: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<{ status: number; html: string }> {
  const answer = await fetch(`${address}${path}`, {
    redirect: 'manual',
    headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; '), ...headers },
    ...(fields ? { method: 'POST', body: new URLSearchParams(fields) } : {}),
  })
  for (const line of answer.headers.getSetCookie()) {
    const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/)
    cookies.set(name, value)
  }
  return { status: answer.status, html: await answer.text() }
}

function csrfIn(html: string): string {
  return /name="_csrf" value="([^"]+)"/.exec(html)?.[1] ?? ''
}

async function api({ address }: Running, path: string, request: RequestInit = {}) {
  const answer = await fetch(`${address}/api/v1${path}`, {
    ...request,
    headers: { authorization: `Bearer ${token}`, ...request.headers },
  })
  return {
    status: answer.status,
    requestId: answer.headers.get('x-request-id'),
    body: (await answer.json()) as { id: number; status: string },
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50))
}
