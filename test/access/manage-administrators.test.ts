import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { browserFamily } from '../../src/access/browser-family.ts'
import { findAdministrator, findAdministrators } from '../../src/access/find-administrators.ts'
import { findAudit } from '../../src/access/find-audit.ts'
import { findOwnSessions } from '../../src/access/find-sessions.ts'
import { inviteAdministrator, setDisabled, setRole } from '../../src/access/manage-administrators.ts'
import { endOwnSessions, findSession, type Session, startSession } from '../../src/access/sessions.ts'
import { setPasswordByLink } from '../../src/access/set-password.ts'
import { actorForToken, createToken } from '../../src/access/tokens.ts'
import type { Portal } from '../../src/portal.ts'
import { secretForNewestMail } from '../support/link.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

const JO = 'jo@trust.example'

let portal: Portal
let root: Actor
let pat: Actor
let far: Actor
let jo: number

beforeAll(async () => {
  portal = await testPortal()
  const one = await makeOrganisation(portal, 'ONE')
  const two = await makeOrganisation(portal, 'TWO')
  root = await makeActor(portal, 'root@trust.example', 'global-administrator')
  pat = await makeActor(portal, 'pat@trust.example', 'primary-local-administrator', one)
  far = await makeActor(portal, 'far@trust.example', 'primary-local-administrator', two)
})

afterAll(() => portal[Symbol.asyncDispose]())

const seen = async (actor: Actor) =>
  (await findAdministrators(portal, actor, { limit: 100 })).administrators.map(({ email }) => email)

test('somebody is invited up to one’s own role, sets a password by the link, and is seen by those of the organisation', async () => {
  jo = await inviteAdministrator(portal, pat, {
    email: JO,
    name: 'Jo Smith',
    role: 'local-administrator',
    organisationCode: 'one',
  })
  expect(await findAdministrator(portal, pat, jo)).toMatchObject({
    name: 'Jo Smith',
    hasPassword: false,
    lastSignInAt: null,
    roles: [{ role: 'local-administrator', organisation: { code: 'ONE' }, since: expect.any(String) }],
  })
  await setPasswordByLink(portal, await secretForNewestMail(portal, JO), 'correct plum wagon')
  await startSession(portal, jo)
  expect(await findAdministrator(portal, pat, jo)).toMatchObject({
    hasPassword: true,
    lastSignInAt: expect.any(Date),
  })
  expect([await seen(pat), await seen(far)]).toEqual([[JO, 'pat@trust.example'], ['far@trust.example']])
  expect(await seen(root)).toEqual(['far@trust.example', JO, 'pat@trust.example', 'root@trust.example'])
  await expect(findAdministrator(portal, far, jo)).rejects.toThrow('no such administrator')
})

test('nobody gives a role beyond their own, elsewhere, or to themselves; a token not more than it is good for', async () => {
  const role = 'auditor' as const
  const invite = (actor: Actor, more: object) =>
    inviteAdministrator(portal, actor, { email: 'x@trust.example', role, organisationCode: 'ONE', ...more })
  await expect(invite(pat, { organisationCode: 'TWO' })).rejects.toThrow('no such organisation')
  await expect(invite(pat, { role: 'global-administrator', organisationCode: '' })).rejects.toThrow(
    'Only a Global Administrator',
  )
  await expect(invite(pat, { email: ' PAT@trust.example' })).rejects.toThrow('your own rights')
  await expect(invite(pat, { email: 'nobody' })).rejects.toThrow('not an e-mail address')
  await expect(invite(await as(jo), {})).rejects.toThrow('role does not allow')
  const limited = await createToken(portal, root.email, { role: 'primary-local-administrator' })
  const narrow = await createToken(portal, root.email, { organisationCode: 'ONE' })
  for (const token of [limited, narrow]) {
    const actor = (await actorForToken(portal, token)) as Actor
    await expect(invite(actor, { role: 'global-administrator', organisationCode: '' })).rejects.toThrow(
      'Only a Global Administrator',
    )
    await expect(setDisabled(portal, actor, pat.administratorId, true)).rejects.toThrow(
      'Only a Global Administrator',
    )
  }
  expect(await seen(root)).not.toContain('x@trust.example')
})

test('a role is changed, and the end of the last one ends sessions and tokens at once; both are in the audit log', async () => {
  await inviteAdministrator(portal, far, { email: JO, role: 'local-administrator', organisationCode: 'TWO' })
  const session = await startSession(portal, jo)
  const [everywhere, ofOne] = [
    await createToken(portal, JO),
    await createToken(portal, JO, { organisationCode: 'ONE' }),
  ]
  const set = (actor: Actor, organisationCode: string, role: 'auditor' | null) =>
    setRole(portal, actor, { administratorId: jo, organisationCode, role })
  await set(pat, 'ONE', 'auditor')
  expect((await findSession(portal, session))?.actor.grants.map(({ role }) => role)).toEqual([
    'auditor',
    'local-administrator',
  ])
  await expect(set(pat, 'TWO', null)).rejects.toThrow('no such organisation')
  expect(await set(pat, 'ONE', null)).toEqual({ sessions: 0, tokens: 1 })
  expect(await actorForToken(portal, ofOne)).toBeNull()
  expect((await findSession(portal, session))?.actor.grants).toHaveLength(1)
  await expect(set(pat, 'ONE', null)).rejects.toThrow('no such administrator')
  expect(await set(far, 'TWO', null)).toEqual({ sessions: 2, tokens: 1 })
  expect([await findSession(portal, session), await actorForToken(portal, everywhere)]).toEqual([null, null])

  const { entries } = await findAudit(portal, pat, { limit: 4 })
  expect(entries.map(({ act, by, about, details }) => [act, by?.email, about.name, details.role])).toEqual([
    ['role-taken', pat.email, 'Jo Smith', 'auditor'],
    ['role-given', pat.email, 'Jo Smith', 'auditor'],
    ['role-taken', pat.email, 'Jo Smith', 'local-administrator'],
    ['token-made', undefined, '', null],
  ])
})

test('nobody takes their own role away, nor the last Global Administrator’s', async () => {
  const end = (actor: Actor, administratorId: number, organisationCode: string | null) =>
    setRole(portal, actor, { administratorId, organisationCode, role: null })
  await expect(end(pat, pat.administratorId, 'ONE')).rejects.toThrow('your own rights')
  const ray = await makeActor(portal, 'ray@trust.example', 'global-administrator')
  await end(root, ray.administratorId, null)
  const ghost = { ...ray, grants: [{ role: 'global-administrator', organisationId: null } as const] }
  await expect(end(ghost, root.administratorId, null)).rejects.toThrow('the last Global Administrator')
  await expect(setDisabled(portal, ghost, root.administratorId, true)).rejects.toThrow(
    'outbox. Invite another one first.',
  )
  await expect(setDisabled(portal, root, root.administratorId, true)).rejects.toThrow('your own rights')
  await setDisabled(portal, root, pat.administratorId, true)
  expect((await findAdministrator(portal, root, pat.administratorId)).disabledAt).not.toBeNull()
  const again = inviteAdministrator(portal, root, {
    email: pat.email,
    role: 'auditor',
    organisationCode: 'TWO',
  })
  await expect(again).rejects.toThrow('can’t be invited')
  await setDisabled(portal, root, pat.administratorId, false)
  expect((await findAdministrator(portal, root, pat.administratorId)).disabledAt).toBeNull()
})

test('one sees where one is signed in, and ends one or all other sessions, nobody else’s', async () => {
  const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'
  const start = (userAgent?: string) => startSession(portal, pat.administratorId, { userAgent })
  const [here, there, elsewhere] = [await start(FIREFOX), await start(), await start()]
  const session = (await findSession(portal, here)) as Session
  const foreign = await startSession(portal, root.administratorId)
  const own = await findOwnSessions(portal, session)
  expect(own.map(({ browser, isThis }) => [browser, isThis]).sort()).toEqual([
    ['A browser', false],
    ['A browser', false],
    ['Firefox on Windows', true],
  ])
  const rootSession = (await findSession(portal, foreign)) as Session
  const [{ id: foreignId } = { id: 0 }] = await findOwnSessions(portal, rootSession)
  await expect(endOwnSessions(portal, session, foreignId)).rejects.toThrow('no such session')
  expect(await endOwnSessions(portal, session, own.find(({ isThis }) => !isThis)?.id as number)).toBe(1)
  expect(await endOwnSessions(portal, session, 'others')).toBe(1)
  expect([await findSession(portal, there), await findSession(portal, elsewhere)]).toEqual([null, null])
  expect(await findSession(portal, here)).not.toBeNull()
})

test.each([
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
    'Chrome on Linux',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0',
    'Edge on Windows',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1',
    'Safari on iPhone',
  ],
  ['curl/8.1', 'A browser'],
])('%s is %s', (userAgent, family) => {
  expect(browserFamily(userAgent)).toBe(family)
})

async function as(administratorId: number): Promise<Actor> {
  const found = await portal.database.transaction([], (tx) =>
    tx.rows<
      Actor['grants'][number]
    >(sql`select role, organisation_id as "organisationId" from administrator_role
      where administrator_id = ${administratorId}`),
  )
  return { administratorId, email: JO, name: 'Jo', grants: found }
}
