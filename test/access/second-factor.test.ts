import sql from 'sql-template-tag'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { findAdministrator } from '../../src/access/find-administrators.ts'
import { findAudit } from '../../src/access/find-audit.ts'
import { findOwnSessions } from '../../src/access/find-sessions.ts'
import { addApp, beginApp } from '../../src/access/second-factor/add-app.ts'
import { admit, findWaiting, letThrough, type Waiting } from '../../src/access/second-factor/admit.ts'
import { appAddress, codeAt, stepOfCode } from '../../src/access/second-factor/app-codes.ts'
import { findOwnFactors } from '../../src/access/second-factor/find-factors.ts'
import { proveByApp, proveByRecoveryCode } from '../../src/access/second-factor/prove.ts'
import { renewCodes } from '../../src/access/second-factor/recovery-codes.ts'
import { removeFactorsOf, removeOwnFactor, resetSecondFactor } from '../../src/access/second-factor/remove.ts'
import { isRequired } from '../../src/access/second-factor/required.ts'
import { findSession, type Session, startSession } from '../../src/access/sessions.ts'
import type { Portal } from '../../src/portal.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { codeOf, secretIn } from '../support/second-factor.ts'

const HALF_MINUTE_MS = 30_000
const IP = '192.0.2.7'

let portal: Portal
let later = 0
let one: number
let root: Actor
let numbered = 0

beforeAll(async () => {
  portal = await testPortal({ secondFactorRoles: ['global-administrator'] })
  portal.clock = { now: () => new Date(Date.now() + later) }
  one = await makeOrganisation(portal, 'ONE')
  root = await makeActor(portal, 'root@trust.example', 'global-administrator')
})

afterAll(() => portal[Symbol.asyncDispose]())

beforeEach(() => {
  later += 60 * 60_000
})

/** Somebody with an authenticator app, its key, their recovery codes, and the session in which they added it. */
async function enrolled(role: 'local-administrator' | 'primary-local-administrator' = 'local-administrator') {
  const actor = await makeActor(portal, `person-${++numbered}@trust.example`, role, one)
  const session = await sessionOf(await startSession(portal, actor.administratorId))
  const { letters, sealed } = await beginApp(portal, actor)
  const codes = await addApp(portal, session, { sealed, code: codeOf(letters, portal.clock.now()) })
  later += HALF_MINUTE_MS
  const who = { administratorId: actor.administratorId, email: actor.email, ip: IP }
  return { actor, session, key: letters, codes: codes ?? [], who }
}

async function sessionOf(id: string): Promise<Session> {
  return (await findSession(portal, id, IP)) as Session
}

const code = (key: string) => codeOf(key, portal.clock.now())
const actsOf = async ({ administratorId }: Actor) =>
  (await findAudit(portal, root, { limit: 100 })).entries
    .filter(({ about }) => about.id === administratorId)
    .map(({ act }) => act)
const mailsTo = ({ email }: Actor) =>
  portal.database.transaction('everything', (tx) =>
    tx.rows<{ subject: string }>(sql`select subject from mail where to_address = ${email} order by id`),
  )

describe('the codes of an authenticator app', () => {
  const secret = Buffer.from('12345678901234567890')

  // Appendix B of RFC 6238, the last six of its eight digits.
  test.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('are those of RFC 6238: at second %i, %s', (second, expected) => {
    expect(codeAt(secret, Math.floor(second / 30))).toBe(expected)
  })

  test('are taken a half minute early or late, no more', () => {
    const now = new Date(1_234_567_890_000)
    const step = Math.floor(1_234_567_890 / 30)
    const taken = [-2, -1, 0, 1, 2].map((by) => stepOfCode(secret, codeAt(secret, step + by), now))
    expect(taken).toEqual([undefined, step - 1, step, step + 1, undefined])
  })

  test('an app is told the secret in letters, whose it is, and of which portal', () => {
    expect(appAddress(secret, { email: 'jo+1@trust.example', host: 'muster.example' })).toBe(
      'otpauth://totp/Muster%20(muster.example)%3Ajo%2B1%40trust.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Muster%20%28muster.example%29',
    )
  })
})

test('an app counts once it has shown a right code; its secret is encrypted, codes are hashes', async () => {
  const actor = await makeActor(portal, 'new@trust.example', 'local-administrator', one)
  const session = await sessionOf(await startSession(portal, actor.administratorId))
  const elsewhere = await startSession(portal, actor.administratorId)
  const { letters, sealed, address } = await beginApp(portal, actor)
  expect(address).toContain(`secret=${letters}`)
  expect(await beginApp(portal, actor, sealed)).toEqual({ letters, sealed, address })
  const other = await makeActor(portal, 'other@trust.example', 'local-administrator', one)
  const foreign = await beginApp(portal, other, sealed)
  expect([foreign.letters === letters, foreign.sealed === sealed]).toEqual([false, false])
  await expect(addApp(portal, session, { sealed, code: '000000' })).rejects.toThrow('doesn’t fit')
  await expect(addApp(portal, session, { sealed: 'x', code: code(letters) })).rejects.toThrow('out of date')
  expect((await findOwnFactors(portal, actor)).factors).toEqual([])
  const codes = (await addApp(portal, session, { sealed, code: code(letters) })) as string[]
  expect(new Set(codes).size).toBe(10)
  for (const each of codes) expect(each).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-?){4}$/)
  expect(await findOwnFactors(portal, actor)).toMatchObject({ factors: [{ kind: 'app' }], codesLeft: 10 })
  expect(await findSession(portal, elsewhere)).toBeNull()
  expect(await findAdministrator(portal, root, actor.administratorId)).toMatchObject({
    hasSecondFactor: true,
  })
  const kept = await portal.database.transaction([], (tx) =>
    tx.rows(
      sql`select secret::text as text from second_factor union all select code_hash from recovery_code`,
    ),
  )
  expect(JSON.stringify(kept)).not.toContain(secretIn(letters).toString('hex'))
  expect(kept.filter(({ text }) => String(text).startsWith('$argon2id$')).length).toBeGreaterThanOrEqual(10)
  expect(await actsOf(actor)).toEqual(['second-factor-added'])
  expect(await mailsTo(actor)).toEqual([{ subject: 'A second factor was added to your Muster sign-in' }])
})

test('whoever has a second factor waits for it after the password, signed in by nothing', async () => {
  const { actor, key, who } = await enrolled()
  const waits = await admit(portal, actor.administratorId, {})
  expect(waits.waits).toBe(true)
  expect(await findSession(portal, waits.id)).toBeNull()
  const waiting = (await findWaiting(portal, waits.id)) as Waiting
  expect(waiting).toMatchObject({ actor: { email: actor.email }, kinds: ['app'] })
  await proveByApp(portal, who, code(key))
  const session = await sessionOf(await letThrough(portal, waiting, { secondFactor: 'app' }))
  expect(session).toMatchObject({ secondFactor: { kind: 'app' }, actor: { email: actor.email } })
  expect(await findWaiting(portal, waits.id)).toBeNull()
  expect(await findOwnSessions(portal, session)).toHaveLength(2)
  // A session that came to be without it, however, signs nobody in.
  expect(await findSession(portal, await startSession(portal, actor.administratorId))).toBeNull()
  // A provider that has asked for one itself is enough.
  expect((await admit(portal, actor.administratorId, { secondFactor: 'provider' })).waits).toBe(false)
})

test('a sign-in waits ten minutes for its second factor', async () => {
  const { actor } = await enrolled()
  const { id } = await admit(portal, actor.administratorId, {})
  later += 10 * 60_000
  expect(await findWaiting(portal, id)).toBeNull()
})

test('a code works once, of two at the same moment too, and none of before it works afterwards', async () => {
  const { key, who } = await enrolled()
  const now = code(key)
  later += HALF_MINUTE_MS
  const next = code(key)
  const tried = await Promise.allSettled([proveByApp(portal, who, next), proveByApp(portal, who, next)])
  expect(tried.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  for (const used of [next, now])
    await expect(proveByApp(portal, who, used)).rejects.toThrow('wrong, or was used already')
})

test('guessing is held up as for passwords, and each refusal is in the audit log', async () => {
  const { actor, key, who } = await enrolled()
  for (let guess = 0; guess < 10; guess += 1)
    await expect(proveByApp(portal, who, '000000')).rejects.toThrow('wrong, or was used already')
  await expect(proveByApp(portal, who, code(key))).rejects.toMatchObject({ code: 'too-many-attempts' })
  expect((await actsOf(actor)).filter((act) => act === 'proof-refused')).toHaveLength(10)
  later += 5 * 60_000
  await proveByApp(portal, who, code(key))
})

test('a hundred wrong codes from wherever are the most in thirty days; a browser that is known still may', async () => {
  const { who } = await enrolled()
  for (let guess = 0; guess < 100; guess += 1) {
    const ip = `192.0.${guess}.1`
    await expect(proveByApp(portal, { ...who, ip }, '000000')).rejects.toThrow('wrong')
  }
  await expect(proveByApp(portal, { ...who, ip: '198.51.100.1' }, '000000')).rejects.toMatchObject({
    code: 'too-many-attempts',
  })
  await expect(proveByApp(portal, { ...who, isSignedIn: true }, '000000')).rejects.toThrow('wrong')
})

test('a recovery code works once, however it is typed, and its holder is told', async () => {
  const { actor, codes, who } = await enrolled()
  const typed = ` ${(codes[3] as string).toLowerCase().replaceAll('-', ' – ').replaceAll('0', 'o')} `
  const tried = await Promise.allSettled([
    proveByRecoveryCode(portal, who, typed),
    proveByRecoveryCode(portal, who, typed),
  ])
  expect(tried.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  await expect(proveByRecoveryCode(portal, who, typed)).rejects.toThrow('none of your recovery codes')
  expect((await findOwnFactors(portal, actor)).codesLeft).toBe(9)
  expect(await actsOf(actor)).toContain('recovery-code-used')
  expect((await mailsTo(actor)).at(-1)).toEqual({ subject: 'A recovery code of yours was used' })
})

test('new recovery codes take the place of the old ones', async () => {
  const { actor, session, codes, who } = await enrolled()
  const renewed = await renewCodes(portal, session)
  await expect(proveByRecoveryCode(portal, who, codes[0] as string)).rejects.toThrow('none of your')
  await proveByRecoveryCode(portal, who, renewed[0] as string)
  expect(await actsOf(actor)).toContain('recovery-codes-made')
})

test('the last factor goes with the recovery codes, but where the role needs one; another’s can’t be removed', async () => {
  const { actor, session, who, codes } = await enrolled()
  const [factor] = (await findOwnFactors(portal, actor)).factors
  const far = await enrolled()
  await expect(removeOwnFactor(portal, far.session, factor?.id as number)).rejects.toThrow('no such')
  const required = { ...session, actor: { ...actor, grants: root.grants } }
  await expect(removeOwnFactor(portal, required, factor?.id as number)).rejects.toThrow('Your role needs')
  await removeOwnFactor(portal, session, factor?.id as number)
  expect(await findOwnFactors(portal, actor)).toEqual({ hasPassword: false, factors: [], codesLeft: 0 })
  await expect(proveByRecoveryCode(portal, who, codes[0] as string)).rejects.toThrow('none of your')
  expect(await actsOf(actor)).toContain('second-factor-removed')
  expect((await mailsTo(actor)).at(-1)).toEqual({
    subject: 'A second factor was removed from your Muster sign-in',
  })
})

test('who may give all of somebody’s roles may remove a lost factor; they are signed out, and told', async () => {
  const { actor, session } = await enrolled()
  const pat = await makeActor(portal, 'pat@trust.example', 'primary-local-administrator', one)
  const far = await makeActor(
    portal,
    'far@trust.example',
    'primary-local-administrator',
    await makeOrganisation(portal, 'FAR'),
  )
  const id = actor.administratorId
  await expect(removeFactorsOf(portal, far, id)).rejects.toThrow('no such administrator')
  await expect(removeFactorsOf(portal, pat, pat.administratorId)).rejects.toThrow('Ways to sign in')
  await removeFactorsOf(portal, pat, id)
  expect(await findWaiting(portal, (await admit(portal, id, {})).id)).toBeNull()
  expect(await portal.database.transaction([], session.actor.again as never)).toBeNull()
  expect((await mailsTo(actor)).at(-1)).toEqual({ subject: 'Your second factor for Muster was removed' })

  const both = await enrolled()
  await portal.database.transaction([], (tx) =>
    tx.run(sql`insert into administrator_role (administrator_id, role)
      values (${both.actor.administratorId}, 'global-administrator')`),
  )
  await expect(removeFactorsOf(portal, pat, both.actor.administratorId)).rejects.toThrow('may not give')
  await removeFactorsOf(portal, root, both.actor.administratorId)
})

test('the operator removes it by a command, which the audit log tells', async () => {
  const { actor, codes, who } = await enrolled()
  expect(await resetSecondFactor(portal, actor.email.toUpperCase())).toBe(1)
  expect(await resetSecondFactor(portal, actor.email)).toBe(0)
  await expect(proveByRecoveryCode(portal, who, codes[0] as string)).rejects.toThrow('none of your')
  const [last] = (await findAudit(portal, root, { limit: 100 })).entries
  expect(last).toMatchObject({ act: 'proof-refused' })
  expect(await actsOf(actor)).toContain('second-factor-removed')
  await expect(resetSecondFactor(portal, 'nobody@trust.example')).rejects.toThrow('no administrator')
})

test('a secret that was sealed with another SESSION_SECRET lets nobody in; recovery codes still do', async () => {
  const { key, who, codes } = await enrolled()
  const changed = { ...portal, config: { ...portal.config, sessionSecret: 'x'.repeat(40) } }
  await expect(proveByApp(changed, who, code(key))).rejects.toThrow('wrong')
  await proveByRecoveryCode(changed, who, codes[0] as string)
})

test('whose role needs one is what SECOND_FACTOR_ROLES says', async () => {
  const { actor } = await enrolled()
  expect([isRequired(portal.config, root), isRequired(portal.config, actor)]).toEqual([true, false])
  const config = { ...portal.config, secondFactorRoles: [] }
  expect(isRequired(config, root)).toBe(false)
})
