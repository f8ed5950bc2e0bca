import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet, failApply } from '../../src/changes/apply/apply.ts'
import type { FieldValues, PlannedChange } from '../../src/changes/change.ts'
import { accountHistory } from '../../src/changes/history/history.ts'
import type { FieldName } from '../../src/directory/fields.ts'
import { findAccount } from '../../src/directory/find-accounts.ts'
import type { Portal } from '../../src/portal.ts'
import { makeAccount } from '../support/account.ts'
import { type PlannedSet, planSet, setAsItIs } from '../support/change-sets.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

// What an apply may be given, though no file could have said it.

let portal: Portal
let own: number
let other: number
let ann: Actor
let far: Actor
let everyone: Actor

beforeAll(async () => {
  portal = await testPortal()
  own = await makeOrganisation(portal, 'RX1')
  other = await makeOrganisation(portal, 'RY2')
  ann = await makeActor(portal, 'ann@x.example', 'local-administrator', own)
  far = await makeActor(portal, 'far@x.example', 'local-administrator', other)
  everyone = await makeActor(portal, 'all@x.example', 'global-administrator')
})

afterAll(() => portal[Symbol.asyncDispose]())

test('three updates numbered from 1 are all written, whatever their set counts', async () => {
  const ids = [await account('1'), await account('2'), await account('3')]
  const changes = ids.map((id, at) => update(at + 1, id, { jobTitle: null }, { jobTitle: `Job ${at}` }))
  const set = await apply(changes, ['jobTitle'])
  expect(set).toMatchObject({ status: 'completed', results: { updated: 3 } })
  for (const [at, id] of ids.entries())
    expect(await findAccount(portal, ann, id)).toMatchObject({ jobTitle: `Job ${at}`, version: 2 })
})

test('a set that doesn’t name what its changes write is refused, and nothing of it is written or told', async () => {
  const id = await account('4')
  const changes = [update(1, id, { jobTitle: null }, { jobTitle: 'Porter' })]
  const data = {
    changeSetId: await planSet(portal, { kind: 'action', organisationId: own, by: ann, changes, fields: [] }),
    organisationId: own,
  }
  await expect(applyChangeSet(portal, { data })).rejects.toThrow(/what their set doesn't: jobTitle/)
  await failApply(portal, data, 'failed')
  expect(await setAsItIs(portal, data.changeSetId)).toMatchObject({
    status: 'failed',
    results: { skipped: 1 },
  })
  expect(await findAccount(portal, ann, id)).toMatchObject({ jobTitle: null, version: 1 })
  expect((await accountHistory(portal, ann, id, { limit: 5 })).entries).toEqual([])
})

test('a status is written as any field is', async () => {
  const id = await account('5')
  const set = await apply([update(1, id, { status: 'Active' }, { status: 'Disabled' })], ['status'])
  expect(set).toMatchObject({ status: 'completed', results: { updated: 1 } })
  expect(await findAccount(portal, ann, id)).toMatchObject({ status: 'Disabled', version: 2 })
  const { entries } = await accountHistory(portal, ann, id, { limit: 5 })
  expect(entries).toMatchObject([{ kind: 'action', field: 'status', old: 'Active', new: 'Disabled' }])
})

test('addresses are given, chosen and taken away', async () => {
  const id = await account('6', { address: 'old@staff.example' })
  const renamed = { emailAddress: 'new@staff.example', aliases: ['old@staff.example'] }
  await apply(
    [update(1, id, { emailAddress: 'old@staff.example', aliases: null }, renamed)],
    ['emailAddress', 'aliases'],
  )
  expect(await findAccount(portal, ann, id)).toMatchObject({
    address: 'new@staff.example',
    otherAddresses: ['old@staff.example'],
    version: 2,
  })
  await apply(
    [update(1, id, renamed, { emailAddress: 'old@staff.example', aliases: null }, 2)],
    ['emailAddress', 'aliases'],
  )
  expect(await findAccount(portal, ann, id)).toMatchObject({
    address: 'old@staff.example',
    otherAddresses: [],
    version: 3,
  })
})

test('a row whose address is somebody else’s by now fails whole, and keeps what it had', async () => {
  await account('7', { address: 'taken@staff.example' })
  const id = await account('8', { address: 'mine@staff.example' })
  const wanted = { jobTitle: 'Porter', emailAddress: 'taken@staff.example', aliases: ['free@staff.example'] }
  const set = await apply(
    [update(1, id, { jobTitle: null, emailAddress: 'mine@staff.example', aliases: null }, wanted)],
    ['jobTitle', 'emailAddress', 'aliases'],
  )
  expect(set).toMatchObject({ status: 'completed', results: { failed: 1 } })
  expect(set.rows[0]?.detail).toContain('taken@staff.example is somebody else’s')
  expect(await findAccount(portal, ann, id)).toMatchObject({
    jobTitle: null,
    address: 'mine@staff.example',
    otherAddresses: [],
    version: 1,
  })
})

test('an account moves to another organisation with its addresses, and its past with it', async () => {
  const id = await account('9', { address: 'mover@staff.example' })
  await apply([update(1, id, { jobTitle: null }, { jobTitle: 'Clerk' })], ['jobTitle'])
  const set = await apply(
    [{ ...update(1, id, { organisation: 'RX1' }, { organisation: 'RY2' }, 2), counterpartId: other }],
    ['organisation'],
    { counterpartId: other, by: everyone },
  )
  expect(set).toMatchObject({ status: 'completed', results: { updated: 1 } })
  await expect(findAccount(portal, ann, id)).rejects.toThrow('no such account')
  expect(await findAccount(portal, far, id)).toMatchObject({
    organisation: { code: 'RY2' },
    address: 'mover@staff.example',
  })
  const { entries } = await accountHistory(portal, far, id, { limit: 9 })
  expect(entries.map(({ field, changeSet }) => [field, changeSet === null])).toEqual([
    ['organisation', false],
    ['jobTitle', true],
  ])
  await expect(accountHistory(portal, ann, id, { limit: 9 })).rejects.toThrow('no such account')
})

test('a withdrawn account is in no list and gives up its local ID and addresses', async () => {
  const id = await account('10', { address: 'gone@staff.example' })
  const before = { status: 'Active', localId: '10', emailAddress: 'gone@staff.example', aliases: null }
  const after = { status: 'Withdrawn', localId: null, emailAddress: null, aliases: null }
  const set = await apply(
    [{ ...update(1, id, before, after), action: 'withdraw' }],
    ['status', 'localId', 'emailAddress', 'aliases'],
  )
  expect(set.results).toMatchObject({ withdrawn: 1 })
  expect(await findAccount(portal, ann, id)).toMatchObject({ status: 'Withdrawn', address: null })
  expect(await account('10', { address: 'gone@staff.example' })).toBeGreaterThan(id)
})

test('which version a change wrote is known where the account had moved on, too', async () => {
  const id = await account('11')
  await apply([update(1, id, { jobTitle: null }, { jobTitle: 'Clerk' })], ['jobTitle'])
  const set = await apply(
    [update(1, id, { department: null }, { department: 'Estates' }, 1)], // planned before the other was applied
    ['department'],
  )
  expect(set).toMatchObject({ results: { updated: 1 }, rows: [{ writtenVersion: 3 }] })
  expect((await findAccount(portal, ann, id)).version).toBe(3)
})

function account(localId: string, more: { address?: string } = {}): Promise<number> {
  return makeAccount(portal, {
    organisationId: own,
    updatedBy: ann.administratorId,
    localId,
    firstName: 'Jo',
    lastName: 'Doe',
    ...more,
  })
}

function update(
  row: number,
  accountId: number,
  before: FieldValues,
  after: FieldValues,
  accountVersion = 1,
): PlannedChange {
  return {
    row,
    action: 'update',
    accountId,
    accountVersion,
    localId: null,
    localIdKey: null,
    formerLocalIdKey: null,
    before,
    after,
    problems: [],
    similarAccountId: null,
  }
}

async function apply(changes: PlannedSet['changes'], fields: FieldName[], more: Partial<PlannedSet> = {}) {
  const id = await planSet(portal, { kind: 'action', organisationId: own, by: ann, changes, fields, ...more })
  await applyChangeSet(portal, { data: { changeSetId: id, organisationId: own } })
  return setAsItIs(portal, id)
}
