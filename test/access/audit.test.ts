import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { addAdministrator } from '../../src/access/administrators.ts'
import { note } from '../../src/access/audit.ts'
import { findAudit } from '../../src/access/find-audit.ts'
import { setPasswordByLink } from '../../src/access/set-password.ts'
import { createToken, revokeToken, tokensOf } from '../../src/access/tokens.ts'
import { verifyAudit } from '../../src/access/verify-audit.ts'
import {
  disableAdministrator,
  enableAdministrator,
  endSessionsOf,
  removeRole,
} from '../../src/access/withdrawal.ts'
import type { Portal } from '../../src/portal.ts'
import { secretOf } from '../support/link.ts'
import { asOwner, makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

let portal: Portal
let one: number
let two: number
let root: Actor
let primary: Actor
let auditor: Actor

beforeAll(async () => {
  portal = await testPortal()
  one = await makeOrganisation(portal, 'ONE')
  two = await makeOrganisation(portal, 'TWO')
  root = await makeActor(portal, 'root@trust.example', 'global-administrator')
  primary = await makeActor(portal, 'pat@trust.example', 'primary-local-administrator', one)
  auditor = await makeActor(portal, 'audrey@trust.example', 'auditor', two)
})

afterAll(() => portal[Symbol.asyncDispose]())

test('what is done with an administrator and a token is noted where they have a role, without any secret', async () => {
  const email = 'jo@trust.example'
  const given = { email, role: 'local-administrator', organisationCode: 'ONE' } as const
  const { link } = await addAdministrator(portal, given)
  await addAdministrator(portal, { ...given, organisationCode: 'TWO' })
  await setPasswordByLink(portal, secretOf(link), 'correct plum wagon')
  const token = await createToken(portal, email, { organisationCode: 'ONE', name: 'Nightly' })
  await revokeToken(portal, (await tokensOf(portal, email))[0]?.id as number)
  await endSessionsOf(portal, email)
  await removeRole(portal, given)
  await disableAdministrator(portal, email)
  await enableAdministrator(portal, email)

  const ofOne = await acts(primary)
  expect(ofOne).toEqual([
    ['role-taken', 'operator', email, { role: 'local-administrator', 'roles left': 1 }],
    ['sessions-ended', 'operator', email, { 'sessions ended': 0 }],
    ['token-revoked', 'operator', 'Nightly', {}],
    ['token-made', 'operator', 'Nightly', { 'acts for administrator': expect.any(Number), role: null }],
    ['password-set', 'administrator', email, { 'sessions ended': 0, 'tokens ended': 0 }],
    ['role-given', 'operator', email, { role: 'local-administrator', 'has a password': false }],
  ])
  const ofTwo = (await acts(auditor)).map(([act]) => act)
  expect(ofTwo).toEqual([
    'administrator-enabled',
    'administrator-disabled',
    'sessions-ended',
    'password-set',
    'role-given',
  ])
  const kept = await portal.database.transaction('everything', (tx) =>
    tx.rows(sql`select details::text from audit_entry`),
  )
  for (const secret of [token, secretOf(link), email]) expect(JSON.stringify(kept)).not.toContain(secret)
})

test('it is filtered by who, what, when and organisation, and read page by page', async () => {
  await portal.database.transaction([], (tx) =>
    note(tx, { act: 'settings-changed', by: primary, organisationId: one, about: { kind: 'settings' } }),
  )
  await portal.database.transaction([], (tx) =>
    note(tx, { act: 'organisations-loaded', by: root, about: { kind: 'organisation' } }),
  )
  const limit = 100
  const found = async (filters: object) =>
    (await findAudit(portal, root, { limit, ...filters })).entries.map(({ act }) => act)
  expect(await found({ who: 'PAT@' })).toEqual(['settings-changed'])
  expect(await found({ who: 'p%t' })).toEqual([])
  expect(await found({ act: 'organisations-loaded' })).toEqual(['organisations-loaded'])
  expect(await found({ organisationId: one, act: 'organisations-loaded' })).toEqual([])
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(new Date())
  expect(await found({ from: today, to: today, who: 'pat' })).toEqual(['settings-changed'])
  expect(await found({ to: '2020-01-01' })).toEqual([])
  const first = await findAudit(portal, root, { limit: 2 })
  const second = await findAudit(portal, root, { limit: 2, after: first.next as number })
  expect(second.entries[0]?.number).toBe((first.entries[1]?.number ?? 0) - 1)
  expect(
    (await findAudit(portal, auditor, { limit })).entries.every(
      ({ organisation }) => organisation?.id === two,
    ),
  ).toBe(true)
  await expect(findAudit(portal, auditor, { organisationId: one, limit })).rejects.toThrow(
    'no such organisation',
  )
  const local = await makeActor(portal, 'lee@trust.example', 'local-administrator', one)
  await expect(findAudit(portal, local, { organisationId: one, limit })).rejects.toThrow(
    'role does not allow',
  )
})

test('acts at the same moment follow each other in one chain', async () => {
  const before = (await verifyAudit(portal)).last.number
  await Promise.all(
    Array.from({ length: 12 }, (_, at) =>
      portal.database.transaction([at % 2 ? one : two], (tx) =>
        note(tx, { act: 'report-run', by: 'portal', organisationId: one, about: { kind: 'report', id: at } }),
      ),
    ),
  )
  const { last, faults } = await verifyAudit(portal)
  expect([last.number, faults]).toEqual([before + 12, []])
  expect(await verifyAudit(portal, last)).toEqual({ last, faults: [] })
})

test('the program can neither change nor remove an entry, and its owner can’t by a mistake', async () => {
  for (const statement of [sql`update audit_entry set act = 'x'`, sql`delete from audit_entry`])
    await expect(portal.database.transaction('everything', (tx) => tx.run(statement))).rejects.toThrow(
      'permission denied',
    )
  for (const statement of [
    "update audit_entry set act = 'x'",
    'delete from audit_entry',
    'truncate audit_entry',
  ])
    await expect(asOwner(portal, statement)).rejects.toThrow('can only be added to')
})

test('what was changed, removed or cut off all the same is found', async () => {
  const { last } = await verifyAudit(portal)
  const meddle = (statement: string) =>
    asOwner(portal, `set session_replication_role = replica; ${statement}`)
  await meddle(`update audit_entry set details = '{"role": "auditor"}' where number = 3`)
  expect((await verifyAudit(portal)).faults).toEqual([{ kind: 'changed', number: 3 }])
  await meddle('delete from audit_entry where number in (5, 6)')
  expect((await verifyAudit(portal)).faults).toEqual([
    { kind: 'changed', number: 3 },
    { kind: 'missing', from: 5, to: 6 },
  ])
  await meddle(`delete from audit_entry where number = ${last.number}`)
  expect((await verifyAudit(portal)).faults.at(-1)).toEqual({
    kind: 'missing',
    from: last.number,
    to: last.number,
  })
  await meddle('delete from audit_entry')
  await meddle(`update audit_head set number = 0, hash = ''`)
  expect((await verifyAudit(portal)).faults).toEqual([])
  expect((await verifyAudit(portal, last)).faults).toEqual([{ kind: 'missing', from: 1, to: last.number }])
})

async function acts(actor: Actor) {
  const { entries } = await findAudit(portal, actor, { limit: 100 })
  return entries.map(({ act, byWhom, about, details }) => [act, byWhom, about.name, details])
}
