import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addAdministrator } from '../../src/access/administrators.ts'
import { SECURITY_EVENTS } from '../../src/access/security-events.ts'
import { setPasswordByLink } from '../../src/access/set-password.ts'
import { createToken } from '../../src/access/tokens.ts'
import type { Portal } from '../../src/portal.ts'
import { textOf } from '../structure/repository.ts'
import { secretOf } from '../support/link.ts'
import { makeOrganisation, testPortal } from '../support/portal.ts'
import { muster, type Running, running } from './muster.ts'

// A portal as it is run, what people do to it, and the log that it leaves.

const JO = 'jo.grant@trust.example'
const PASSWORD = 'correct plum wagon'
const METRICS = 'a-token-for-the-metrics'

/** Looked for where they happen: nothing here is scanned, no message's link is made on its page, and no worker runs. */
const ELSEWHERE = [
  ...['upload_virus_found', 'authn_link_shown', 'authn_password_reset_mailed'],
  ...['added', 'removed', 'fail'].map((what) => `authn_second_factor_${what}`), // in second-factor.test.ts
  ...['authn_recovery_codes_made', 'authn_recovery_code_used', 'authn_confirmed', 'authn_confirm_fail'],
  // In test/web/openid.test.ts and test/access/break-glass.test.ts.
  ...['authn_openid_refused', 'authn_openid_linked', 'authn_openid_unlinked', 'authn_break_glass_used'],
]

type Line = Record<string, unknown> & { event?: string }

let portal: Portal
let served: Running
let token: string
let jo: number
const log: Line[] = []

beforeAll(async () => {
  portal = await testPortal()
  await makeOrganisation(portal, 'RX1')
  const added = { email: JO, role: 'local-helpdesk', organisationCode: 'RX1' } as const
  await setPasswordByLink(portal, secretOf((await addAdministrator(portal, added)).link), PASSWORD)
  token = await createToken(portal, JO)
  const settings = { DATABASE_URL: portal.database.url, METRICS_TOKEN: METRICS, API_CALLS_PER_MINUTE: '20' }
  served = await running(settings, 'serve', '--web-only')
  await misbehave()
  const { stdout } = await served.stop()
  log.push(...linesOf(stdout), ...(await commands()))
  jo = log.find(({ event }) => event === 'authn_login_success')?.administrator as number
}, 180_000)

afterAll(() => portal[Symbol.asyncDispose]())

test('every event is in the log when it happens, with who it was', () => {
  const seen = new Set(log.flatMap(({ event }) => event ?? []))
  expect([...seen].sort()).toEqual(
    Object.keys(SECURITY_EVENTS)
      .filter((event) => !ELSEWHERE.includes(event))
      .sort(),
  )
  expect(jo).toBeGreaterThan(0)
  expect(eventsOf('authz_fail')).toEqual([
    expect.objectContaining({ administrator: jo, status: 403, route: '/uploads/new' }),
    expect.objectContaining({ administrator: jo, status: 404, route: '/accounts/:id' }),
    expect.objectContaining({ administrator: jo, token: 1, status: 404, route: '/api/v1/accounts/:id' }),
  ])
  expect(eventsOf('form_refused').map(({ administrator }) => administrator)).toEqual([undefined, jo])
  expect(eventsOf('authn_token_refused').map(({ what }) => what)).toEqual([undefined, 'metrics'])
  expect(new Set(eventsOf('excess_rate_limit_exceeded').map(({ what }) => what))).toEqual(
    new Set(['password-mail', 'calls']),
  )
  expect(eventsOf('authn_login_fail').map(({ administrator }) => administrator)).toEqual([jo, undefined])
})

test('where from is the same for the same address, and nobody can tell which without the key', () => {
  const froms = new Set(log.flatMap(({ from }) => from ?? []))
  expect(froms.size).toBe(1)
  const [from] = froms
  expect(from).toMatch(/^[\da-f]{16}$/)
  expect(createHash('sha256').update('127.0.0.1').digest('hex')).not.toContain(from)
  const withPlace = log.filter(
    ({ event }) => event && !/created|revoked|disabled|enabled|changed|ended/.test(event),
  )
  expect(withPlace.filter((line) => line.from !== from)).toEqual([])
})

test('nothing personal is in it', () => {
  const said = log.filter(({ msg }) => !String(msg).startsWith('Server listening')) // which is where it was told to
  expect(JSON.stringify(said)).not.toMatch(/@|grant|wagon|nobody|127\.0|muster_|Trust/i)
})

test('the documents have every event, and no other', () => {
  const [, table = ''] = /^\| `event` \|(.*?)\n\n/ms.exec(textOf('docs/operations.md')) ?? []
  const told = table.split('\n').flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)])
  expect(told.map(([, event]) => event).sort()).toEqual(Object.keys(SECURITY_EVENTS).sort())
})

async function misbehave(): Promise<void> {
  const page = await open('/sign-in')
  await page.send('/sign-in', { email: JO, password: 'wrong plum wagon' })
  await page.send('/sign-in', { email: 'nobody@trust.example', password: PASSWORD })
  await page.send('/sign-in', { email: JO, password: PASSWORD }, { origin: 'http://elsewhere.example' })
  await page.send('/password/forgotten', { email: JO })
  await page.send('/password/set', { link: 'made-up', password: PASSWORD })
  const { link } = await addAdministrator(portal, {
    email: 'al@trust.example',
    role: 'auditor',
    organisationCode: 'RX1',
  })
  await page.send('/password/set', { link: secretOf(link), password: 'another plum wagon' })
  for (let turn = 0; turn < 11; turn++)
    await page.send('/password/forgotten', { email: 'nobody@trust.example' })
  await page.send('/sign-in', { email: JO, password: PASSWORD })
  const home = await open('/', page.cookies)
  await home.send('/sign-out', {}, {}, 'no token of this page')
  await open('/uploads/new', page.cookies)
  await open('/accounts/999999', page.cookies)
  const change = await open('/password', page.cookies)
  await change.send('/password', { current: 'wrong plum wagon', password: 'a third plum wagon' })
  const call = (path: string, bearer: string) =>
    fetch(served.address + path, { headers: { authorization: `Bearer ${bearer}` } })
  await call('/api/v1/accounts/999999', token)
  await call('/api/v1/accounts', 'muster_of_nobody')
  for (let turn = 0; turn < 22; turn++) await call('/api/v1/accounts', token)
  await call('/metrics', 'not-that-token')
  await change.send('/password', { current: PASSWORD, password: 'a third plum wagon' })
  await (await open('/', page.cookies)).send('/sign-out', {})
}

async function commands(): Promise<Line[]> {
  const settings = { DATABASE_URL: portal.database.url, LOG_LEVEL: 'info' }
  const said = []
  for (const parameters of [
    ['token', 'create', '--email', JO],
    ['token', 'revoke', '2'],
    ['administrator', 'role', 'remove', JO, '--role', 'local-helpdesk', '--organisation', 'RX1'],
    ['administrator', 'sessions', 'end', JO],
    ['administrator', 'break-glass', JO, 'on'],
    ['administrator', 'disable', JO],
    ['administrator', 'enable', JO],
  ]) {
    const { code, stderr } = await muster(settings, ...parameters)
    expect(code, stderr).toBe(0)
    said.push(...linesOf(stderr))
  }
  return said
}

function linesOf(text: string): Line[] {
  return text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))
}

function eventsOf(event: string): Line[] {
  return log.filter((line) => line.event === event)
}

/** A page that was opened, whose form can be sent; the cookies are kept in the map given. */
async function open(path: string, cookies = new Map<string, string>()) {
  const header = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const keep = (response: Response) => {
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(name, value)
    }
  }
  const opened = await fetch(served.address + path, { headers: { cookie: header() }, redirect: 'manual' })
  keep(opened)
  const formToken = /name="_csrf" value="([^"]*)"/.exec(await opened.text())?.[1] ?? ''
  const send = async (to: string, fields: object, headers: object = {}, _csrf = formToken) => {
    const body = new URLSearchParams({ ...fields, _csrf })
    const answer = await fetch(served.address + to, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: { cookie: header(), ...headers },
    })
    keep(answer)
  }
  return { cookies, send }
}
