import sql from 'sql-template-tag'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { actorFor, addAdministrator } from '../../src/access/administrators.ts'
import { forgottenPassword } from '../../src/access/forgotten-password.ts'
import { endSession, findSession, keepInSession, startSession } from '../../src/access/sessions.ts'
import { changePassword, setPasswordByLink } from '../../src/access/set-password.ts'
import { signIn } from '../../src/access/sign-in.ts'
import { actorForToken, createToken, type TokenWishes } from '../../src/access/tokens.ts'
import { Gone } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { askForLink, secretForNewestMail, secretOf } from '../support/link.ts'
import { makeOrganisation, testPortal } from '../support/portal.ts'

const JANE = 'Jane.Smith@rx1.example'
const PASSWORD = 'correct plum wagon'
const MINUTE = 60_000
const HOUR = 60 * MINUTE

let portal: Portal
let later = 0
let organisation: number

beforeAll(async () => {
  portal = await testPortal()
  portal.clock = { now: () => new Date(Date.now() + later) }
  const note = (...entry: unknown[]) => logged.push(entry)
  portal.log = Object.assign(Object.create(portal.log), { info: note, warn: note })
  organisation = await makeOrganisation(portal, 'RX1')
  await makeOrganisation(portal, 'RX2')
  const { link } = await addAdministrator(portal, {
    email: JANE,
    role: 'local-administrator',
    organisationCode: 'rx1',
  })
  await setPasswordByLink(portal, secretOf(link), PASSWORD)
})

afterAll(() => portal[Symbol.asyncDispose]())

beforeEach(() => {
  later += HOUR // nobody is held up by the test before
})

const logged: unknown[][] = []

// Beyond the limit of a test, which is where bringing them into their order would take it.
test('two hundred thousand accents for an address are refused as any other that nobody has', async () => {
  const email = `jane${'\u0301\u0316'.repeat(100_000)}@rx1.example`
  await expect(from('192.0.2.1', email, PASSWORD)).rejects.toThrow('is wrong')
  await expect(forgottenPassword(portal, { email, ip: '192.0.2.1' })).rejects.toThrow('not an e-mail')
})

test('the log names events and IDs, never an address or a password', async () => {
  await from('192.0.2.1', JANE, 'wrong plum wagon').catch(() => {})
  await from('192.0.2.1', 'nobody@rx1.example', PASSWORD).catch(() => {})
  const { session } = await signedIn()
  await endSession(portal, session)
  await askForLink(portal, JANE)
  const events = logged.map(([entry]) => (entry as { event: string }).event)
  expect(events).toEqual(
    expect.arrayContaining([
      'authn_login_fail',
      'authn_login_success',
      'authn_logout',
      'authn_password_change',
      'authn_password_reset_asked',
      'authn_password_reset_mailed',
    ]),
  )
  expect(JSON.stringify(logged)).not.toMatch(/@|wagon|192\.0/)
})

const from = (ip: string, email: string, password: string) => signIn(portal, { email, password, ip })

test('a new administrator sets a password by the link and signs in, however the address is written', async () => {
  const actor = await from('192.0.2.1', ' jane.smith@RX1.example', PASSWORD)
  expect(actor).toMatchObject({
    email: JANE,
    grants: [{ role: 'local-administrator', organisationId: organisation }],
  })
})

test('a wrong password and an unknown address get the same answer', async () => {
  const wrong = await from('192.0.2.1', JANE, 'wrong plum wagon').catch((error) => error)
  const unknown = await from('192.0.2.1', 'nobody@rx1.example', PASSWORD).catch((error) => error)
  expect(wrong.message).toContain('is wrong')
  expect({ ...unknown, message: unknown.message }).toEqual({ ...wrong, message: wrong.message })
})

test('a session is found by its ID, of which the database keeps a hash only', async () => {
  const { id, administratorId } = await signedIn()
  expect((await findSession(portal, id))?.actor.administratorId).toBe(administratorId)
  const kept = await portal.database.transaction([], (tx) => tx.rows(sql`select * from session`))
  expect(JSON.stringify(kept)).not.toContain(id)
  expect(
    await findSession(
      portal,
      id.replace(/^./, (first) => (first === 'x' ? 'y' : 'x')),
    ),
  ).toBeNull()
})

test('a session ends twelve hours after its last use', async () => {
  const { id } = await signedIn()
  later += 11 * HOUR
  expect(await findSession(portal, id)).not.toBeNull()
  later += 11 * HOUR
  expect(await findSession(portal, id)).not.toBeNull()
  later += 12 * HOUR
  expect(await findSession(portal, id)).toBeNull()
})

test('a session ends twenty-four hours after signing in, however much it is used', async () => {
  const { id } = await signedIn()
  for (let hours = 6; hours < 24; hours += 6) {
    later += 6 * HOUR
    expect(await findSession(portal, id)).not.toBeNull()
  }
  later += 6 * HOUR
  expect(await findSession(portal, id)).toBeNull()
})

test('signing out ends the session in the database', async () => {
  const { id, session } = await signedIn()
  await endSession(portal, session)
  expect(await findSession(portal, id)).toBeNull()
  await keepInSession(portal, session, { notice: 'from a request that was under way' })
  expect(await findSession(portal, id)).toBeNull()
})

test('changing the password ends all other sessions, tells the holder, and wants the current one', async () => {
  const [here, elsewhere] = [await signedIn(), await signedIn()]
  const token = await createToken(portal, JANE)
  const change = (current: string, password: string) =>
    changePassword(portal, here.session, { current, password, ip: '192.0.2.1' })
  await expect(change('wrong', 'another plum wagon')).rejects.toMatchObject({ field: 'current' })
  await expect(change(PASSWORD, 'short')).rejects.toMatchObject({ field: 'password' })
  await change(PASSWORD, 'another plum wagon')
  expect(await findSession(portal, here.id)).not.toBeNull()
  expect(await findSession(portal, elsewhere.id)).toBeNull()
  expect(await actorForToken(portal, token)).toBeNull()
  expect(await latestMail()).toMatchObject({ to_address: JANE, subject: 'Your Muster password was changed' })
  await change('another plum wagon', PASSWORD)
})

test('a disabled administrator’s session and token end at once, and they can’t sign in', async () => {
  const email = 'leaving@rx1.example'
  const { link } = await addAdministrator(portal, { email, role: 'auditor', organisationCode: 'RX1' })
  await setPasswordByLink(portal, secretOf(link), PASSWORD)
  const { id, administratorId } = await signedIn(email)
  const token = await createToken(portal, email)
  expect(await actorForToken(portal, token)).not.toBeNull()
  await portal.database.transaction([], (tx) =>
    tx.run(sql`update administrator set disabled_at = now() where id = ${administratorId}`),
  )
  expect(await findSession(portal, id)).toBeNull()
  expect(await actorForToken(portal, token)).toBeNull()
  expect(await actorFor(portal, administratorId)).toBeNull()
  await expect(from('192.0.2.1', email, PASSWORD)).rejects.toThrow('is wrong')
})

test('a role given or taken away counts in the next request', async () => {
  const email = 'changing@rx1.example'
  const { link } = await addAdministrator(portal, { email, role: 'auditor', organisationCode: 'RX1' })
  await setPasswordByLink(portal, secretOf(link), PASSWORD)
  const { id, administratorId } = await signedIn(email)
  const again = await addAdministrator(portal, { email, role: 'local-helpdesk', organisationCode: 'RX1' })
  expect(again.link).toBe(`${portal.config.publicUrl}/sign-in`)
  const roles = async () => (await findSession(portal, id))?.actor.grants.map(({ role }) => role)
  expect(await roles()).toEqual(['auditor', 'local-helpdesk'])
  await portal.database.transaction([], (tx) =>
    tx.run(
      sql`delete from administrator_role where administrator_id = ${administratorId} and role = 'auditor'`,
    ),
  )
  expect(await roles()).toEqual(['local-helpdesk'])
})

test('a forgotten password is set by a mailed link, once, within the hour; every session ends', async () => {
  const { id } = await signedIn()
  await askForLink(portal, JANE.toUpperCase())
  const mail = await latestMail()
  expect(mail).toMatchObject({ to_address: JANE, subject: 'Set a new password for Muster' })
  const secret = await secretForNewestMail(portal, JANE)
  await expect(setPasswordByLink(portal, secret, 'short')).rejects.toMatchObject({ field: 'password' })
  const twice = await Promise.allSettled([
    setPasswordByLink(portal, secret, PASSWORD),
    setPasswordByLink(portal, secret, PASSWORD),
  ])
  expect(twice.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await findSession(portal, id)).toBeNull()
  await expect(setPasswordByLink(portal, secret, PASSWORD)).rejects.toThrow(Gone)

  await askForLink(portal, JANE)
  const late = await secretForNewestMail(portal, JANE)
  later += HOUR + 1
  await expect(setPasswordByLink(portal, late, PASSWORD)).rejects.toThrow(Gone)
})

test('for an address that nobody has, the answer is the same and nothing is mailed', async () => {
  const before = await latestMail()
  await askForLink(portal, 'nobody@rx1.example')
  expect(await latestMail()).toEqual(before)
  for (let turn = 0; turn < 9; turn += 1)
    await forgottenPassword(portal, { email: 'nobody@rx1.example', ip: '192.0.2.1' })
  await expect(forgottenPassword(portal, { email: 'nobody@rx1.example', ip: '192.0.2.1' })).rejects.toThrow(
    'too many',
  )
})

test('a token is kept as a hash, and only the very token acts', async () => {
  const token = await createToken(portal, JANE.toLowerCase())
  expect(token).toMatch(/^muster_[\w-]{43}$/)
  expect((await actorForToken(portal, token))?.email).toBe(JANE)
  expect(await actorForToken(portal, `${token}x`)).toBeNull()
  expect(await actorForToken(portal, token.slice('muster_'.length))).toBeNull()
  const kept = await portal.database.transaction([], (tx) => tx.rows(sql`select * from api_token`))
  expect(JSON.stringify(kept)).not.toContain(token.slice('muster_'.length))
  await portal.database.transaction([], (tx) => tx.run(sql`update api_token set revoked_at = now()`))
  expect(await actorForToken(portal, token)).toBeNull()
  await expect(createToken(portal, 'nobody@rx1.example')).rejects.toThrow('There is no administrator')
})

test.each<[TokenWishes, string]>([
  [{ expiresAt: new Date('2020-01-01') }, 'over before it is made'],
  [{ organisationCode: 'RX9' }, 'no organisation with the code RX9'],
  [{ organisationCode: 'RX2' }, 'has no role in RX2'],
  [{ role: 'boss' as 'auditor' }, '“boss” is not a role'],
  [{ name: 'two\nlines' }, 'one line'],
])('a token that could do nothing, or not what is meant, isn’t made: %j', async (wishes, says) => {
  await expect(createToken(portal, JANE, wishes)).rejects.toThrow(says)
})

test('a token ends when its time is over', async () => {
  const until = new Date(portal.clock.now().getTime() + HOUR)
  const token = await createToken(portal, JANE, { expiresAt: until })
  expect(await actorForToken(portal, token)).not.toBeNull()
  later += HOUR + 1
  expect(await actorForToken(portal, token)).toBeNull()
})

test.each([
  [{ email: 'no address', role: 'auditor', organisationCode: 'RX1' }, 'not an e-mail address'],
  [{ email: 'a@b.example', role: 'auditor', organisationCode: 'RX9' }, 'no organisation with the code RX9'],
  [{ email: 'a@b.example', role: 'auditor' }, 'Say for which organisation'],
  [
    { email: 'a@b.example', role: 'global-administrator', organisationCode: 'RX1' },
    'leave the organisation out',
  ],
  [{ email: 'a@b.example', role: 'king', organisationCode: 'RX1' }, '“king” is not a role'],
])('an administrator can’t be added with %j', async (given, why) => {
  await expect(addAdministrator(portal, given as never)).rejects.toThrow(why)
})

async function signedIn(email = JANE) {
  const { administratorId } = await from('192.0.2.1', email, PASSWORD)
  const id = await startSession(portal, administratorId)
  const session = await findSession(portal, id)
  if (!session) throw new Error('the session did not start')
  return { id, session, administratorId }
}

async function latestMail() {
  const mail = await portal.database.transaction('everything', (tx) =>
    tx.row<{ to_address: string; subject: string; text: string }>(
      sql`select to_address, subject, text from mail order by id desc limit 1`,
    ),
  )
  if (!mail) throw new Error('there is no mail')
  return mail
}
