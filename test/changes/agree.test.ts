import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { agree, decline, withdraw } from '../../src/changes/agree.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { cancelChangeSet } from '../../src/changes/cancel.ts'
import type { PlannedChange } from '../../src/changes/change.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { decide } from '../../src/changes/decide.ts'
import { expireAgreements } from '../../src/changes/expire-agreements.ts'
import { findAgreement, findAwaitingMyAgreement } from '../../src/changes/find-agreement.ts'
import { findChangeSet } from '../../src/changes/find-change-sets.ts'
import { findAccount } from '../../src/directory/find-accounts.ts'
import { Conflict, Forbidden, InvalidInput, NotFound } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { makeAccount } from '../support/account.ts'
import { planUnconfirmed } from '../support/change-sets.ts'
import { asOwner, makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { setLimits } from '../support/settings.ts'

const DAY_MS = 24 * 3600_000

let portal: Portal
let now = Date.UTC(2026, 10, 30, 9)
let own: number
let other: number
let ann: Actor
let bob: Actor
let far: Actor
let accounts: number[]

beforeAll(async () => {
  const opened = await testPortal()
  portal = { ...opened, clock: { now: () => new Date(now) } }
  own = await makeOrganisation(portal, 'RX1')
  other = await makeOrganisation(portal, 'RY2')
  ann = await makeActor(portal, 'ann@x.example', 'local-administrator', own)
  bob = await makeActor(portal, 'bob@x.example', 'primary-local-administrator', own)
  far = await makeActor(portal, 'far@y.example', 'local-administrator', other)
  await setLimits(portal, own, { touched: { count: 1, share: 0 } })
  accounts = []
  for (let n = 1; n <= 3; n++)
    accounts.push(
      await makeAccount(portal, {
        organisationId: own,
        updatedBy: ann.administratorId,
        localId: `${n}`,
        jobTitle: 'Nurse',
      }),
    )
})

afterAll(() => portal[Symbol.asyncDispose]())

test('a plan beyond a limit waits for another person, and is applied once they agree', async () => {
  const set = await plan('Sister')
  expect((await findAgreement(portal, ann, set)).needs).toMatchObject([
    { for: 'risk', limits: [{ limit: 'touched', is: 3, most: 1 }], asked: ['bob@x.example'] },
  ])
  await confirmChangeSet(portal, ann, set)
  await confirmChangeSet(portal, ann, set)
  expect(await statusOf(set)).toBe('awaiting-agreement')
  expect(await jobsOf(set)).toBe(0)
  expect(await mailsAbout(set)).toEqual([
    'bob@x.example: Your agreement is needed: 3 accounts would be changed',
  ])
  expect(await findAwaitingMyAgreement(portal, bob, { limit: 5 })).toEqual([set])
  expect(await findAwaitingMyAgreement(portal, ann, { limit: 5 })).toEqual([])
  expect(await findAwaitingMyAgreement(portal, far, { limit: 5 })).toEqual([])
  await agree(portal, bob, set)
  await agree(portal, bob, set)
  expect(await jobsOf(set)).toBe(1)
  expect(await applied(set)).toBe('completed')
  expect((await findAccount(portal, ann, accounts[0] as number)).jobTitle).toBe('Sister')
  expect(await mailsAbout(set)).toContain('ann@x.example: Agreed: 3 accounts will be changed')
})

test('who confirmed it can’t agree, nor who has no right to, nor another organisation', async () => {
  const set = await asked('Matron')
  const auditor = await makeActor(portal, 'aud@x.example', 'auditor', own)
  await expect(agree(portal, ann, set)).rejects.toThrow(Forbidden)
  await expect(agree(portal, auditor, set)).rejects.toThrow(Forbidden)
  await expect(agree(portal, far, set)).rejects.toThrow(NotFound)
  await expect(decline(portal, ann, set, 'No')).rejects.toThrow(Forbidden)
  expect(await statusOf(set)).toBe('awaiting-agreement')
})

test('two who agree at once have it applied once', async () => {
  const cat = await makeActor(portal, 'cat@x.example', 'local-administrator', own)
  const set = await asked('Porter')
  const ended = await Promise.allSettled([agree(portal, bob, set), agree(portal, cat, set)])
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await jobsOf(set)).toBe(1)
  await asOwner(portal, `delete from administrator_role where administrator_id = ${cat.administratorId}`)
  await applied(set)
})

test('declined with a reason it ends, and nothing is changed', async () => {
  const set = await asked('Consultant')
  await expect(decline(portal, bob, set, '  ')).rejects.toThrow(InvalidInput)
  await decline(portal, bob, set, 'The titles are last year’s.')
  expect(await findChangeSet(portal, ann, set)).toMatchObject({
    status: 'cancelled',
    reason: { code: 'declined', message: 'bob@x.example did not agree: The titles are last year’s.' },
    results: { skipped: 3 },
  })
  await expect(agree(portal, bob, set)).rejects.toThrow(Conflict)
  expect(await mailsAbout(set)).toContain('ann@x.example: Not agreed: 3 accounts stay as they are')
})

test('withdrawn by who asked it is as before, and may be asked again or cancelled', async () => {
  const set = await asked('Clerk')
  await expect(withdraw(portal, bob, set)).rejects.toThrow(Forbidden)
  await withdraw(portal, ann, set)
  expect(await findChangeSet(portal, ann, set)).toMatchObject({ status: 'checked', confirmedBy: null })
  await expect(agree(portal, bob, set)).rejects.toThrow(Conflict)
  await confirmChangeSet(portal, bob, set)
  await agree(portal, ann, set)
  await cancelChangeSet(portal, ann, set)
  expect(await statusOf(set)).toBe('cancelled')
})

test('a decision changed afterwards is another plan: it is asked again', async () => {
  const set = await plan('Dean', 'different-person')
  await decide(portal, ann, set, { all: 'same-person' })
  await confirmChangeSet(portal, ann, set)
  const { planHash } = await findAgreement(portal, bob, set)
  await decide(portal, ann, set, { rows: [{ row: 1, decision: 'leave-out' }] })
  expect(await statusOf(set)).toBe('checked')
  await confirmChangeSet(portal, ann, set)
  const second = (await findAgreement(portal, bob, set)).planHash
  expect(second).not.toBe(planHash)
  await expect(agree(portal, bob, set, { planHash: planHash as string })).rejects.toThrow(Conflict)
  await agree(portal, bob, set, { planHash: second as string })
  expect(await applied(set)).toBe('completed')
})

test('a plan that was changed past the portal is neither agreed to nor applied', async () => {
  const set = await asked('Chef')
  const change = `update change set after = '{"jobTitle": "Boss"}' where change_set_id = ${set} and row_number = 2`
  await asOwner(portal, `set muster.organisations = 'all'; ${change}`)
  await expect(agree(portal, bob, set)).rejects.toThrow(Conflict)
  await cancelChangeSet(portal, ann, set)

  const later = await asked('Cook')
  await agree(portal, bob, later)
  await asOwner(portal, `set muster.organisations = 'all'; ${change.replace(String(set), String(later))}`)
  expect(await applied(later)).toBe('failed')
  expect((await findChangeSet(portal, ann, later)).reason?.code).toBe('plan-changed')
})

test.each([
  ['agreed', () => bob, 'agreement-withdrawn'],
  ['confirmed', () => ann, 'rights-withdrawn'],
] as const)('rights of who %s are read again when it is applied', async (_, who, code) => {
  const set = await asked('Driver')
  await agree(portal, bob, set)
  const disable = (at: string) =>
    asOwner(portal, `update administrator set disabled_at = ${at} where id = ${who().administratorId}`)
  await disable('now()')
  await applied(set)
  await disable('null')
  expect(await findChangeSet(portal, ann, set)).toMatchObject({ status: 'failed', reason: { code } })
})

test('nobody agreed in seven days: it ends once, and who asked is told', async () => {
  const set = await asked('Guard')
  now += 7 * DAY_MS - 1
  await expireAgreements(portal)
  expect(await statusOf(set)).toBe('awaiting-agreement')
  now += 1
  await expect(agree(portal, bob, set)).rejects.toThrow(Conflict)
  await Promise.all([expireAgreements(portal), expireAgreements(portal)])
  expect(await findChangeSet(portal, ann, set)).toMatchObject({ status: 'expired', results: { skipped: 3 } })
  expect(await mailsAbout(set)).toContain('ann@x.example: Not agreed in time: 3 accounts stay as they are')
  await expect(confirmChangeSet(portal, ann, set)).rejects.toThrow(Conflict)
})

test('where there is nobody else, the Global Administrators are asked', async () => {
  const lone = await makeActor(
    portal,
    'lone@z.example',
    'local-administrator',
    await makeOrganisation(portal, 'RZ3'),
  )
  const chief = await makeActor(portal, 'chief@all.example', 'global-administrator')
  const organisationId = lone.grants[0]?.organisationId as number
  await setLimits(portal, organisationId, { touched: { count: 0, share: 0 } })
  const account = await makeAccount(portal, { organisationId, updatedBy: lone.administratorId, localId: '1' })
  const set = await planUnconfirmed(portal, {
    ...{ kind: 'action', organisationId, by: lone, fields: ['jobTitle'] },
    changes: [titled(1, account, 'Sister')],
  })
  await confirmChangeSet(portal, lone, set)
  expect(await mailsAbout(set)).toEqual([
    'chief@all.example: Your agreement is needed: 1 account would be changed',
  ])
  await agree(portal, chief, set)
  expect(await statusOf(set, chief)).toBe('queued')
})

test('the other side is asked where one has no rights: it accepts some rows, and the rest is left out with a reason', async () => {
  const set = await plan('Sister', 'update', other)
  await expect(findChangeSet(portal, far, set)).rejects.toThrow(NotFound)
  await confirmChangeSet(portal, ann, set)
  expect(await mailsAbout(set)).toHaveLength(2)
  expect(await findAgreement(portal, far, set)).toMatchObject({
    needs: [
      { for: 'risk', organisation: { code: 'RX1' } },
      { for: 'other-side', organisation: { code: 'RY2' } },
    ],
    mayChooseRows: true,
  })
  await agree(portal, bob, set)
  expect(await statusOf(set)).toBe('awaiting-agreement')
  await expect(agree(portal, far, set, { rows: [99], reason: 'x' })).rejects.toThrow(InvalidInput)
  await expect(agree(portal, far, set, { rows: [1, 3] })).rejects.toThrow(InvalidInput)
  await agree(portal, far, set, { rows: [1, 3], reason: 'She stays there.' })
  expect(await statusOf(set)).toBe('awaiting-agreement') // what bob agreed to is another plan by now
  await agree(portal, bob, set)
  expect(await applied(set)).toBe('completed')
  expect((await findChangeSet(portal, far, set)).results).toMatchObject({ updated: 2, skipped: 1 })
  expect(await mailsAbout(set)).toContain('ann@x.example: Agreed: 2 accounts will be changed')
})

test('the whole of a risky plan is agreed to, or nothing', async () => {
  const set = await asked('Nurse')
  await expect(agree(portal, bob, set, { rows: [1], reason: 'x' })).rejects.toThrow(InvalidInput)
})

function titled(row: number, accountId: number, jobTitle: string): PlannedChange {
  return {
    ...{ row, action: 'update', accountId, accountVersion: 1, localId: String(row) },
    ...{ localIdKey: null, formerLocalIdKey: null, before: { jobTitle: null }, after: { jobTitle } },
    ...{ problems: [], similarAccountId: null },
  }
}

async function plan(
  jobTitle: string,
  action: PlannedChange['action'] = 'update',
  counterpartId?: number,
): Promise<number> {
  const changes: PlannedChange[] = []
  for (const [at, accountId] of accounts.entries()) {
    const { version, jobTitle: old } = await findAccount(portal, ann, accountId)
    const before = { jobTitle: old }
    changes.push({ ...titled(at + 1, accountId, jobTitle), action, accountVersion: version, before })
  }
  return planUnconfirmed(portal, {
    ...{ kind: 'action', organisationId: own, by: ann, fields: ['jobTitle'], changes },
    ...(counterpartId === undefined ? {} : { counterpartId }),
  })
}

async function asked(jobTitle: string): Promise<number> {
  const set = await plan(jobTitle)
  await confirmChangeSet(portal, ann, set)
  return set
}

async function applied(set: number): Promise<string> {
  await applyChangeSet(portal, { data: { changeSetId: set, organisationId: own } })
  return statusOf(set)
}

async function statusOf(set: number, who = ann): Promise<string> {
  return (await findChangeSet(portal, who, set)).status
}

async function jobsOf(set: number): Promise<number> {
  const found = await portal.database.transaction('everything', (tx) =>
    tx.row<{ jobs: number }>(
      sql`select count(*) as jobs from pgboss.job
          where name = 'apply-change-set' and (data->>'changeSetId')::integer = ${set}`,
    ),
  )
  return found?.jobs ?? 0
}

async function mailsAbout(set: number): Promise<string[]> {
  const found = await portal.database.transaction('everything', (tx) =>
    tx.rows<{ mail: string }>(
      sql`select to_address || ': ' || subject as mail from mail where change_set_id = ${set} order by id`,
    ),
  )
  return found.map(({ mail }) => mail)
}
