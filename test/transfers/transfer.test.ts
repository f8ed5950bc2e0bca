import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { agree } from '../../src/changes/agree.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { findChangeSet } from '../../src/changes/find-change-sets.ts'
import { accountHistory } from '../../src/changes/history/history.ts'
import { findAccount, findAccounts } from '../../src/directory/find-accounts.ts'
import type { Portal } from '../../src/portal.ts'
import { chooseLocalIds } from '../../src/transfers/choose-local-ids.ts'
import { startTransfer } from '../../src/transfers/start.ts'
import { findRows } from '../../src/uploads/find-rows.ts'
import { makeAccount } from '../support/account.ts'
import { setAsItIs } from '../support/change-sets.ts'
import { asOwner, makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { planATransfer, transfer } from '../support/transfer.ts'
import { planUndoOf, takeBack } from '../support/undo.ts'

let portal: Portal
let rounds = 0
let [here, there]: [string, string] = ['', '']
let [own, other]: [number, number] = [0, 0]
let both: Actor
let ann: Actor
let zoe: Actor

beforeAll(async () => {
  portal = await testPortal()
})

beforeEach(async () => {
  rounds++
  ;[here, there] = [`RA${rounds}`, `ZB${rounds}`]
  own = await makeOrganisation(portal, here)
  other = await makeOrganisation(portal, there, {
    sites: [{ code: `${there}01`, name: 'North House' }],
    units: ['Theatres'],
  })
  both = await makeActor(portal, `both${rounds}@x.example`, 'local-administrator', own, other)
  ann = await makeActor(portal, `ann${rounds}@x.example`, 'local-administrator', own)
  zoe = await makeActor(portal, `zoe${rounds}@x.example`, 'local-administrator', other)
})

afterAll(() => portal[Symbol.asyncDispose]())

test('accounts go to another organisation, with its site and unit, their addresses and their past', async () => {
  const id = await person('A1', {
    site: 'Main Hospital',
    organisationalUnit: 'Surgery',
    address: `jo${rounds}@x.example`,
  })
  const set = await transfer(portal, both, {
    ...{ from: { code: here }, to: there, site: `${there}01`, organisationalUnit: 'theatres' },
    accounts: { ids: [id] },
  })
  expect(await setAsItIs(portal, set)).toMatchObject({ status: 'completed', results: { updated: 1 } })
  expect(await findAccount(portal, zoe, id)).toMatchObject({
    organisation: { code: there },
    localId: 'A1',
    site: 'North House',
    organisationalUnit: 'Theatres',
    address: `jo${rounds}@x.example`,
    displayName: `DOE, Jo (${there})`,
  })
  await expect(findAccount(portal, ann, id)).rejects.toThrow('no such account')
  const { entries } = await accountHistory(portal, zoe, id, { limit: 5 })
  expect(entries.map(({ field, old, new: now }) => [field, old, now])).toEqual([
    ['site', 'Main Hospital', 'North House'],
    ['organisationalUnit', 'Surgery', 'Theatres'],
    ['organisation', here, there],
  ])
})

test('a site and a unit of the old organisation don’t come along', async () => {
  const id = await person('A1', { site: 'Main Hospital', organisationalUnit: 'Surgery' })
  await transfer(portal, both, { from: { code: here }, to: there, accounts: { ids: [id] } })
  expect(await findAccount(portal, zoe, id)).toMatchObject({ site: null, organisationalUnit: null })
})

test('within an organisation only the place changes', async () => {
  const id = await person('A1', { site: 'Main Hospital', organisationalUnit: 'Surgery' })
  const same = await person('A2', { organisationalUnit: 'Medicine' })
  const set = await transfer(portal, ann, {
    ...{ from: { code: here }, to: here, organisationalUnit: 'Medicine' },
    accounts: { localIds: ['a1', 'A2'] },
  })
  expect(await setAsItIs(portal, set)).toMatchObject({ results: { updated: 1, unchanged: 1 } })
  expect(await findAccount(portal, ann, id)).toMatchObject({
    ...{ site: 'Main Hospital', organisationalUnit: 'Medicine', version: 2 },
  })
  expect(await findAccount(portal, ann, same)).toMatchObject({ version: 1 })
})

test('who can’t be transferred is told with the reason, and the others go', async () => {
  await person('A1')
  await person('A2', { status: 'Leaver' })
  await person('A3', { status: 'Deleted' })
  const set = await transfer(portal, both, {
    ...{ from: { code: here }, to: there },
    accounts: { localIds: ['A1', 'A2', 'A3', 'A9'] },
  })
  expect(await problems(set)).toEqual([
    [1, 'update', undefined],
    [2, 'error', 'has-left'],
    [3, 'error', 'was-deleted'],
    [4, 'error', 'nobody'],
  ])
  expect(await localIdsAt(there)).toEqual(['A1'])
  expect(await localIdsAt(here)).toEqual(['A2'])
})

test('a local ID that is taken at the target gets another one, proposed or typed', async () => {
  const [one, two] = [await person('A1'), await person('A2')]
  for (const localId of ['a1', `a1-${here}`.toLowerCase(), 'A2', 'B2'])
    await person(localId, { organisationId: other })
  const set = await planATransfer(portal, both, {
    from: { code: here },
    to: there,
    accounts: { ids: [one, two] },
  })
  expect(await problems(set)).toEqual([
    [1, 'update', 'new-local-id'],
    [2, 'update', 'new-local-id'],
  ])
  expect(await newLocalIds(set)).toEqual([`A1-${here}-2`, `A2-${here}`])

  await chooseLocalIds(portal, both, set, new Map([[two, 'b2']]))
  expect(await problems(set)).toEqual([
    [1, 'update', 'new-local-id'],
    [2, 'error', 'local-id-taken'],
  ])
  await chooseLocalIds(portal, both, set, new Map([[two, `A1-${here}-2`]]))
  expect((await problems(set)).map(([, , code]) => code)).toEqual(['local-id-twice', 'local-id-twice'])
  await expect(chooseLocalIds(portal, both, set, new Map([[two, 'x'.repeat(65)]]))).rejects.toThrow('64')
  await chooseLocalIds(portal, both, set, new Map([[two, ' C 3 ']]))
  expect(await chooseLocalIds(portal, both, set, new Map([[two, 'C 3']]))).toBe(false)
  await applyIt(set)
  expect((await localIdsAt(there)).sort()).toEqual(
    ['A2', `A1-${here}-2`, 'B2', 'C 3', 'a1', `a1-${here.toLowerCase()}`].sort(),
  )
  expect(await findAccount(portal, zoe, two)).toMatchObject({ localId: 'C 3' })
})

test('new local IDs may be given with the wish, by the old ones', async () => {
  await person('A1')
  const wanted = { from: { code: here }, to: there, accounts: { localIds: ['A1'] } }
  await transfer(portal, both, { ...wanted, newLocalIds: { a1: 'N1' } })
  expect(await localIdsAt(there)).toEqual(['N1'])
  await expect(startTransfer(portal, both, { ...wanted, newLocalIds: { A7: 'N7' } })).rejects.toThrow(
    'Nobody at',
  )
})

test('an account that has changed since fails whole, whatever it was that changed', async () => {
  const [one, two] = [await person('A1'), await person('A2')]
  const set = await planATransfer(portal, both, {
    from: { code: here },
    to: there,
    accounts: { ids: [one, two] },
  })
  await transfer(portal, ann, {
    from: { code: here },
    to: here,
    site: 'Main Hospital',
    accounts: { ids: [one] },
  })
  await asOwner(portal, `update account set job_title = 'Clerk', version = version + 1 where id = ${two}`)
  await applyIt(set)
  const { results, rows } = await setAsItIs(portal, set)
  expect(results).toMatchObject({ updated: 1, failed: 1 })
  expect(rows[0]?.detail).toMatch(
    /^Site is now “Main Hospital”: ann\d+@x\.example changed it on .* Nothing of this row was written\.$/,
  )
  expect(await findAccount(portal, ann, one)).toMatchObject({
    site: 'Main Hospital',
    organisation: { code: here },
  })
  expect(await findAccount(portal, zoe, two)).toMatchObject({
    jobTitle: 'Clerk',
    organisation: { code: there },
  })
})

test('a local ID that was taken at the target after the check fails its row alone', async () => {
  const [one, two] = [await person('A1'), await person('A2')]
  const set = await planATransfer(portal, both, {
    from: { code: here },
    to: there,
    accounts: { ids: [one, two] },
  })
  await person('a1', { organisationId: other })
  await applyIt(set)
  expect(await setAsItIs(portal, set)).toMatchObject({ results: { updated: 1, failed: 1 } })
  expect(await findAccount(portal, ann, one)).toMatchObject({ organisation: { code: here }, localId: 'A1' })
})

test('a transfer is taken back whole: organisation, site, unit, local ID and addresses', async () => {
  const [one, two] = [
    await person('A1', {
      site: 'Main Hospital',
      organisationalUnit: 'Surgery',
      address: `b${rounds}@x.example`,
    }),
    await person('A2'),
  ]
  await person('A1', { organisationId: other })
  const set = await transfer(portal, both, { from: { code: here }, to: there, accounts: { ids: [one, two] } })
  const undo = await takeBack(portal, both, set)
  expect(await setAsItIs(portal, undo)).toMatchObject({ status: 'completed', results: { updated: 2 } })
  expect(await findAccount(portal, ann, one)).toMatchObject({
    ...{ organisation: { code: here }, localId: 'A1', site: 'Main Hospital', organisationalUnit: 'Surgery' },
    address: `b${rounds}@x.example`,
  })
  const again = await takeBack(portal, both, undo)
  expect(await setAsItIs(portal, again)).toMatchObject({ results: { updated: 2 } })
  expect(await findAccount(portal, zoe, one)).toMatchObject({ localId: `A1-${here}` })
})

test('whoever has rights where people were transferred to takes it back from there, and the other side is asked', async () => {
  const id = await person('A1', { site: 'Main Hospital' })
  const set = await transfer(portal, both, { from: { code: here }, to: there, accounts: { ids: [id] } })
  const undo = await planUndoOf(portal, zoe, set)
  await confirmChangeSet(portal, zoe, undo)
  expect(await findChangeSet(portal, ann, undo)).toMatchObject({
    ...{ status: 'awaiting-agreement', organisation: { code: there }, counterpart: { code: here } },
  })
  await agree(portal, ann, undo)
  await applyChangeSet(portal, { data: { changeSetId: undo, organisationId: other } })
  expect(await findAccount(portal, ann, id)).toMatchObject({ localId: 'A1', site: 'Main Hospital' })
  const again = await planUndoOf(portal, ann, undo)
  expect(await findChangeSet(portal, ann, again)).toMatchObject({ organisation: { code: here } })
})

test('an account whose place was changed since stays where it is, when its transfer is taken back', async () => {
  const [one, two, three] = [await person('A1'), await person('A2'), await person('A3')]
  const set = await transfer(portal, both, {
    from: { code: here },
    to: there,
    accounts: { ids: [one, two, three] },
  })
  await transfer(portal, zoe, {
    from: { code: there },
    to: there,
    site: 'North House',
    accounts: { ids: [one] },
  })
  await person('a2')
  const undo = await takeBack(portal, both, set)
  expect(await setAsItIs(portal, undo)).toMatchObject({ results: { updated: 1, kept: 2 } })
  const { rows } = await findRows(portal, both, undo, { limit: 5 })
  expect(
    rows.map(({ problems }) => problems?.map(({ column, message }) => [column, message.slice(0, 28)])),
  ).toEqual([
    [['Site', expect.stringMatching(/^It is kept: zoe/)]],
    [['Local ID', 'It is kept: the former local']],
    [],
  ])
  expect(await findAccount(portal, zoe, one)).toMatchObject({ site: 'North House' })
})

test('nothing of a transfer is taken back field by field', async () => {
  const id = await person('A1')
  const set = await transfer(portal, both, { from: { code: here }, to: there, accounts: { ids: [id] } })
  await expect(takeBack(portal, both, set, { fields: ['localId'] })).rejects.toThrow('goes back whole')
})

test('it takes the right to transfer on both sides, and says what can’t be', async () => {
  const id = await person('A1')
  const wanted = { from: { code: here }, to: there, accounts: { ids: [id] } }
  const auditor = await makeActor(portal, `aud${rounds}@x.example`, 'auditor', own, other)
  await expect(startTransfer(portal, auditor, wanted)).rejects.toThrow('Your role does not allow this')
  await expect(startTransfer(portal, zoe, wanted)).rejects.toThrow('no such organisation')
  await expect(startTransfer(portal, ann, { ...wanted, to: 'NOBODY' })).rejects.toThrow(
    'no organisation with the code',
  )
  await expect(startTransfer(portal, both, { ...wanted, to: here })).rejects.toThrow('Choose where they go')
  await expect(startTransfer(portal, both, { ...wanted, site: 'Main Hospital' })).rejects.toThrow(
    'Main Hospital',
  )
  await expect(startTransfer(portal, both, { ...wanted, accounts: { ids: [] } })).rejects.toThrow(
    'at least one',
  )
  await asOwner(portal, `update organisation set closed_at = now() where id = ${other}`)
  await expect(startTransfer(portal, both, wanted)).rejects.toThrow('is closed')
})

test('out of an organisation that is closed people go to another one, and none of them comes back', async () => {
  const id = await person('A1')
  await asOwner(portal, `update organisation set closed_at = now() where id = ${own}`)
  const wanted = { from: { code: here }, accounts: { ids: [id] } }
  await expect(startTransfer(portal, both, { ...wanted, to: here, site: 'x' })).rejects.toThrow('is closed')
  const set = await transfer(portal, both, { ...wanted, to: there })
  expect(await findAccount(portal, both, id)).toMatchObject({ organisation: { code: there } })
  await expect(takeBack(portal, both, set)).rejects.toThrow('is closed, so nobody can be transferred to it')
})

test('an organisation that is closed after the check gets nobody', async () => {
  const id = await person('A1')
  const set = await planATransfer(portal, both, { from: { code: here }, to: there, accounts: { ids: [id] } })
  await asOwner(portal, `update organisation set closed_at = now() where id = ${other}`)
  await expect(confirmChangeSet(portal, both, set)).rejects.toThrow('is closed')
})

test('the other organisation sees nothing of a plan, then what was done; the old one keeps what it did', async () => {
  const id = await person('A1')
  const set = await planATransfer(portal, both, { from: { code: here }, to: there, accounts: { ids: [id] } })
  await expect(findChangeSet(portal, zoe, set)).rejects.toThrow('no such change')
  await expect(findRows(portal, zoe, set, { limit: 5 })).rejects.toThrow('no such change')
  expect(await findChangeSet(portal, ann, set)).toMatchObject({ counterpart: { code: there } })
  await applyIt(set)
  expect(await findChangeSet(portal, zoe, set)).toMatchObject({ organisation: { code: here } })
  expect((await findRows(portal, zoe, set, { limit: 5 })).rows).toMatchObject([
    { name: `DOE, Jo (${there})` },
  ])
  expect(await findChangeSet(portal, ann, set)).toMatchObject({ results: { updated: 1 } })
  expect((await findRows(portal, ann, set, { limit: 5 })).rows).toMatchObject([{ localId: 'A1', name: null }])
})

function person(localId: string, more: Partial<Parameters<typeof makeAccount>[1]> = {}): Promise<number> {
  return makeAccount(portal, {
    ...{ organisationId: own, updatedBy: both.administratorId, firstName: 'Jo', lastName: 'Doe' },
    ...{ localId, ...more },
  })
}

async function applyIt(id: number): Promise<void> {
  await confirmChangeSet(portal, both, id)
  await applyChangeSet(portal, { data: { changeSetId: id, organisationId: own } })
}

async function problems(id: number) {
  const { rows } = await findRows(portal, both, id, { limit: 50 })
  return rows.map(({ row, action, problems: all }) => [row, action, all?.[0]?.code])
}

async function newLocalIds(id: number) {
  const { rows } = await findRows(portal, both, id, { limit: 50 })
  return rows.map(({ changes }) => changes.find(({ field }) => field === 'localId')?.new)
}

async function localIdsAt(organisationCode: string) {
  const { accounts } = await findAccounts(portal, both, { organisationCode, limit: 50 })
  return accounts.map(({ localId }) => localId)
}
