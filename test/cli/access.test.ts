import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { addAdministrator } from '../../src/access/administrators.ts'
import { findOwnFactors } from '../../src/access/second-factor/find-factors.ts'
import { insertApp, replaceRecoveryCodes } from '../../src/access/second-factor/store-factors.ts'
import { findSession, startSession } from '../../src/access/sessions.ts'
import { setPasswordByLink } from '../../src/access/set-password.ts'
import { signIn } from '../../src/access/sign-in.ts'
import type { Portal } from '../../src/portal.ts'
import { openServer } from '../../src/server/open.ts'
import { withToken } from '../api/api.ts'
import { secretOf } from '../support/link.ts'
import { makeOrganisation, testPortal } from '../support/portal.ts'
import { type Ended, muster } from './muster.ts'

// Access is given and taken away by the real command, beside a portal that serves.

const JO = 'jo@trust.example'
const ROOT = 'root@trust.example'
const PASSWORD = 'correct plum wagon'
const NO_ACCESS = 401

let portal: Portal
let app: Awaited<ReturnType<typeof openServer>>

beforeAll(async () => {
  portal = await testPortal()
  for (const code of ['RX1', 'RX2']) await makeOrganisation(portal, code)
  app = await openServer(portal)
  await addAdministrator(portal, { email: ROOT, role: 'global-administrator' })
  for (const organisationCode of ['RX1', 'RX2'])
    await addAdministrator(portal, { email: JO, role: 'local-administrator', organisationCode })
  const { link } = await addAdministrator(portal, { email: JO, role: 'auditor', organisationCode: 'RX1' })
  await setPasswordByLink(portal, secretOf(link), PASSWORD)
})

afterAll(async () => {
  await app.close()
  await portal[Symbol.asyncDispose]()
})

test('a token has a name and an end, may be good for less, is listed without itself, and is revoked by its ID', async () => {
  const token = await made(
    'token',
    'create',
    '--email',
    JO,
    '--name',
    'Nightly export',
    '--until',
    '2099-12-31',
  )
  const reader = await made('token', 'create', '--email', JO, '--organisation', 'rx2', '--role', 'auditor')
  const [listedReader, listed] = JSON.parse((await run('token', 'list', '--email', JO, '--json')).stdout)
  expect(listed).toMatchObject({
    email: JO,
    name: 'Nightly export',
    organisation: null,
    lastUsedAt: null,
    expiresAt: '2100-01-01T00:00:00.000Z',
  })
  expect(listedReader).toMatchObject({ name: '', organisation: 'RX2', role: 'auditor', expiresAt: null })

  expect([await reads(token, 'RX1'), await reads(token, 'RX2')]).toEqual([200, 200])
  expect([await reads(reader, 'RX1'), await reads(reader, 'RX2')]).toEqual([404, 200])
  expect([await sends(token, 'RX2'), await sends(reader, 'RX2')]).toEqual([202, 403])

  const shown = await run('token', 'list')
  expect(shown.stdout).toMatch(/^ID +ACTS FOR +NAME +ONLY FOR /)
  expect(shown.stdout).toMatch(/ +jo@trust\.example +– +RX2 auditor +\d{4}-\d\d-\d\d \d\d:\d\d +\d{4}-/)
  expect(shown.stdout).not.toContain(token)

  expect(await run('token', 'revoke', String(listed.id))).toMatchObject({
    code: 0,
    stdout: `Token ${listed.id} works no more.\n`,
    stderr: '',
  })
  expect([await reads(token, 'RX1'), await reads(reader, 'RX2')]).toEqual([NO_ACCESS, 200])
  expect(await run('token', 'revoke', String(listed.id))).toMatchObject({
    code: 1,
    stderr: /no token \d+ that works/,
  })
})

test('a date is one of the calendar', async () => {
  expect(await run('token', 'create', '--email', JO, '--until', '2027-02-30')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: /“2027-02-30” is not a date/,
  })
})

test('a role that is taken away is gone in the next request, through every token too', async () => {
  const session = await signedIn()
  const token = await made('token', 'create', '--email', JO)
  expect(await sends(token, 'RX2')).toBe(202)
  const taken = await remove('--role', 'local-administrator', '--organisation', 'RX2')
  expect(taken).toMatchObject({ code: 0, stdout: `${JO} has lost that role.\n`, stderr: '' })
  expect([await reads(token, 'RX2'), await sends(token, 'RX1')]).toEqual([404, 202])
  const grants = (await findSession(portal, session))?.actor.grants
  expect(grants?.map(({ role }) => role).sort()).toEqual(['auditor', 'local-administrator'])
  expect(await remove('--role', 'local-administrator', '--organisation', 'RX2')).toMatchObject({
    code: 1,
    stderr: `${JO} is no local-administrator of RX2.\n`,
  })
})

test('sessions are ended, and tokens go on', async () => {
  const session = await signedIn()
  const token = await made('token', 'create', '--email', JO)
  const ended = await run('administrator', 'sessions', 'end', 'JO@trust.example', '--json')
  expect(JSON.parse(ended.stdout).sessions).toBeGreaterThan(0)
  expect(await findSession(portal, session)).toBeNull()
  expect(await reads(token, 'RX1')).toBe(200)
})

test('a second factor that is lost is reset: its holder is signed out, told, and asked for none', async () => {
  const administratorId = await idOf(JO)
  await portal.database.transaction([], async (tx) => {
    await insertApp(tx, { administratorId, name: 'My phone', secret: Buffer.from('x'), step: 0 }, new Date())
    await replaceRecoveryCodes(tx, administratorId, ['x'])
  })
  const session = await signedIn()
  const reset = await run('administrator', 'second-factor', 'reset', 'Jo@trust.example')
  expect(reset).toMatchObject({ code: 0, stderr: '', stdout: /is told by e-mail\. Removed: 1\.\n$/ })
  expect(await findSession(portal, session)).toBeNull()
  expect(await findOwnFactors(portal, { administratorId } as Actor)).toMatchObject({
    factors: [],
    codesLeft: 0,
  })
  const mails = await portal.database.transaction('everything', (tx) =>
    tx.query("select subject from mail where to_address = $1 and subject like '%second factor%'", [JO]),
  )
  expect(mails.rows).toHaveLength(1)
  expect(await run('administrator', 'second-factor', 'reset', JO)).toMatchObject({
    code: 0,
    stdout: /had no second factor/,
  })
  const nobody = await run('administrator', 'second-factor', 'reset', 'nobody@trust.example')
  expect(nobody).toMatchObject({ code: 1, stdout: '', stderr: /no administrator/ })
})

test('who is disabled has no access at the next request, and enabled again gets back none of what ended', async () => {
  const session = await signedIn()
  const token = await made('token', 'create', '--email', JO)
  const disabled = await run('administrator', 'disable', JO)
  expect(disabled).toMatchObject({
    code: 0,
    stdout: /^jo@trust\.example is disabled\. .*sessions 1, API tokens \d/,
  })
  expect(await findSession(portal, session)).toBeNull()
  expect(await reads(token, 'RX1')).toBe(NO_ACCESS)
  await expect(signedIn()).rejects.toThrow('is wrong')
  expect(await run('token', 'create', '--email', JO)).toMatchObject({ code: 1 })
  const again = ['--role', 'auditor', '--organisation', 'RX2']
  expect(await run('administrator', 'add', JO, ...again)).toMatchObject({ code: 1, stderr: /is disabled/ })
  const late = await startSession(portal, await idOf(JO)) // of a sign-in that was under way

  expect(await run('administrator', 'enable', JO)).toMatchObject({ code: 0, stderr: '' })
  expect([await findSession(portal, session), await findSession(portal, late)]).toEqual([null, null])
  expect(await reads(token, 'RX1')).toBe(NO_ACCESS)
  expect(await findSession(portal, await signedIn())).not.toBeNull()
})

test('the last Global Administrator is taken away only where that is meant', async () => {
  const removal = ['administrator', 'role', 'remove', ROOT, '--role', 'global-administrator']
  for (const command of [['administrator', 'disable', ROOT], removal]) {
    expect(await run(...command)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: /last Global Administrator.*--anyway/,
    })
  }
  await addAdministrator(portal, { email: 'other@trust.example', role: 'global-administrator' })
  expect(await run('administrator', 'disable', ROOT)).toMatchObject({ code: 0 })
  const last = await run('administrator', 'disable', 'other@trust.example', '--anyway')
  expect(last).toMatchObject({ code: 0, stderr: '' })
  const { stdout } = await run('administrator', 'list')
  expect(stdout).toMatch(/^EMAIL +NAME +ROLES +SESSIONS +SECOND FACTOR +BREAK-GLASS +DISABLED\n/)
  expect(stdout).toMatch(
    /\nroot@trust\.example .* global-administrator +0 +no +– +\d{4}-\d\d-\d\d \d\d:\d\d\n/,
  )
  expect(stdout).toMatch(/\njo@trust\.example +\S+ +auditor RX1, local-administrator RX1 +\d+ +no +– +–\n/)
})

function run(...parameters: string[]): Promise<Ended> {
  return muster({ DATABASE_URL: portal.database.url }, ...parameters)
}

function remove(...role: string[]): Promise<Ended> {
  return run('administrator', 'role', 'remove', JO, ...role)
}

async function made(...parameters: string[]): Promise<string> {
  const { stdout, stderr } = await run(...parameters)
  expect(stderr).toBe('')
  return stdout.trim()
}

async function reads(token: string, code: string): Promise<number> {
  return (await withToken(app, token).get(`/accounts?organisation=${code}`)).status
}

async function sends(token: string, code: string): Promise<number> {
  const csv = { 'content-type': 'text/csv' }
  const path = `/uploads?organisation=${code}&mode=update&filename=a.csv`
  return (await withToken(app, token).post(path, `LocalID,JobTitle\n1,${crypto.randomUUID()}\n`, csv)).status
}

async function signedIn(): Promise<string> {
  const { administratorId } = await signIn(portal, { email: JO, password: PASSWORD, ip: '192.0.2.1' })
  return startSession(portal, administratorId)
}

async function idOf(email: string): Promise<number> {
  const found = await portal.database.transaction([], (tx) =>
    tx.query('select id from administrator where email = $1', [email]),
  )
  return found.rows[0]?.id
}
