import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import type { Alternative, Decision, PlannedChange } from '../../src/changes/change.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { acceptRepairs, decide } from '../../src/changes/decide.ts'
import { findChangeSet } from '../../src/changes/find-change-sets.ts'
import { findAccount } from '../../src/directory/find-accounts.ts'
import type { Portal } from '../../src/portal.ts'
import { findRows } from '../../src/uploads/find-rows.ts'
import { makeAccount } from '../support/account.ts'
import { planUnconfirmed, setAsItIs } from '../support/change-sets.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

let portal: Portal
let own: number
let ann: Actor

beforeAll(async () => {
  portal = await testPortal()
  own = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@x.example', 'local-administrator', own)
})

afterAll(() => portal[Symbol.asyncDispose]())

test('what is left out is written as a person decides, and as it was before where they decide otherwise', async () => {
  const [other, theirs] = [await account('1'), await account('2')]
  const set = await plan([
    { ...of(1, other, 'Sister'), action: 'different-person' },
    {
      ...of(2, theirs, 'Matron'),
      action: 'conflict',
      alternative: { ...of(2, theirs, 'Porter'), action: 'conflict' },
    },
  ])
  expect((await choicesOf(set))[1]).toEqual(['update', 'use-file', 'leave-out'])
  await decided(set, 2, 'update')
  await decided(set, 2, 'use-file')
  await decided(set, 2, 'update')
  await decided(set, 2, 'update')
  await decided(set, 1, 'same-person')
  expect(await applied(set)).toMatchObject({ results: { updated: 2 } })
  expect(await findAccount(portal, ann, other)).toMatchObject({ jobTitle: 'Sister' })
  expect(await findAccount(portal, ann, theirs)).toMatchObject({ jobTitle: 'Porter' })
})

test('what nobody decided is left out', async () => {
  const id = await account('3')
  const set = await plan([{ ...of(1, id, 'Sister'), action: 'different-person' }])
  expect(await applied(set)).toMatchObject({ results: { skipped: 1 } })
  expect(await findAccount(portal, ann, id)).toMatchObject({ jobTitle: null, version: 1 })
})

test('a possible duplicate may be the account that it looks like', async () => {
  const id = await account('4')
  const made: PlannedChange = {
    ...of(1, 0, 'Sister'),
    ...{ action: 'possible-duplicate', accountId: 999_999, accountVersion: null, localId: 'new' },
    ...{ localIdKey: 'new', before: null, after: { localId: 'new', firstName: 'Jo', lastName: 'Doe' } },
    similarAccountId: id,
  }
  const alternative: Alternative = {
    ...of(1, id, 'Sister'),
    ...{ action: 'possible-duplicate', localIdKey: 'new', formerLocalIdKey: '4' },
    ...{
      before: { localId: '4', jobTitle: null },
      after: { localId: 'new', jobTitle: 'Sister' },
    },
  }
  const set = await plan([{ ...made, alternative }])
  await decide(portal, ann, set, { all: 'update' })
  expect(await applied(set)).toMatchObject({ results: { updated: 1 } })
  expect(await findAccount(portal, ann, id)).toMatchObject({ localId: 'new', jobTitle: 'Sister', version: 2 })
})

test('two rows can’t be decided to change one account', async () => {
  const id = await account('5')
  const duplicate = (row: number): PlannedChange => ({
    ...of(row, 0, 'Sister'),
    ...{ action: 'possible-duplicate', accountId: 1_000_000 + row, accountVersion: null, before: null },
    alternative: { ...of(row, id, `Sister ${row}`), action: 'possible-duplicate' },
  })
  const set = await plan([duplicate(1), duplicate(2), of(3, id, 'Porter')])
  await expect(decided(set, 1, 'update')).rejects.toThrow('the same account: row 1, row 3.')
  await expect(decide(portal, ann, set, { all: 'update' })).rejects.toThrow('row 1, row 2, row 3.')
  expect((await rowsOf(set)).map(({ decision }) => decision)).toEqual([null, null, null])
})

test('what can’t be decided of a row is refused with its number', async () => {
  const id = await account('6')
  const set = await plan([
    { ...of(1, id, 'Sister'), action: 'conflict' },
    of(2, await account('7'), 'Porter'),
  ])
  for (const [row, decision] of [
    [1, 'update'],
    [1, 'same-person'],
    [2, 'use-file'],
    [3, 'create'],
  ] as const)
    await expect(decided(set, row, decision)).rejects.toThrow(`This can’t be decided of row ${row}.`)
})

test('repairs are accepted by their kind, and only where a row has no other damage', async () => {
  const [one, two] = [await account('8'), await account('9')]
  const damaged = (row: number, id: number, repairs: string[]): PlannedChange => ({
    ...of(row, id, 'Ward 7'),
    ...{ action: 'error', before: null, after: null, problems: [problem('error')] },
    ...{ repairs, alternative: { ...of(row, id, 'Ward 7'), problems: [problem('warning')] } },
  })
  const set = await plan([damaged(1, one, ['zeros']), damaged(2, two, ['zeros', 'encoding'])])
  expect((await findChangeSet(portal, ann, set)).counts).toMatchObject({
    ...{ error: 2, update: 0, repairs: { zeros: 2, encoding: 1 }, problems: { damaged: 2 } },
  })
  await acceptRepairs(portal, ann, set, { kind: 'zeros', accept: true })
  expect((await findChangeSet(portal, ann, set)).counts).toMatchObject({
    ...{ error: 1, update: 1, repairs: { zeros: 2, encoding: 1 }, warnings: { damaged: 1 } },
  })
  await acceptRepairs(portal, ann, set, { kind: 'encoding', accept: true })
  await acceptRepairs(portal, ann, set, { kind: 'zeros', accept: false })
  expect((await findChangeSet(portal, ann, set)).counts).toMatchObject({ error: 2, update: 0 })
  await acceptRepairs(portal, ann, set, { kind: 'zeros', accept: true })
  await expect(acceptRepairs(portal, ann, set, { kind: 'dates', accept: true })).rejects.toThrow('“dates”')
  expect(await applied(set)).toMatchObject({ results: { updated: 2 } })
  expect(await findAccount(portal, ann, two)).toMatchObject({ jobTitle: 'Ward 7' })
  await expect(acceptRepairs(portal, ann, set, { kind: 'zeros', accept: false })).rejects.toThrow('between')
})

function plan(changes: readonly PlannedChange[]): Promise<number> {
  const fields = ['localId', 'jobTitle', 'firstName', 'lastName'] as const
  return planUnconfirmed(portal, {
    ...{ kind: 'action', organisationId: own, by: ann, changes, fields: [...fields] },
  })
}

async function applied(id: number) {
  await confirmChangeSet(portal, ann, id)
  await applyChangeSet(portal, { data: { changeSetId: id, organisationId: own } })
  return setAsItIs(portal, id)
}

function decided(set: number, row: number, decision: Decision): Promise<void> {
  return decide(portal, ann, set, { rows: [{ row, decision }] })
}

async function rowsOf(set: number) {
  return (await findRows(portal, ann, set, { limit: 10 })).rows
}

async function choicesOf(set: number): Promise<Decision[][]> {
  return (await rowsOf(set)).map(({ choices }) => choices)
}

function account(localId: string): Promise<number> {
  const person = { firstName: 'Jo', lastName: 'Doe' }
  return makeAccount(portal, { organisationId: own, updatedBy: ann.administratorId, localId, ...person })
}

/** A row that gives an account a job. */
function of(row: number, accountId: number, jobTitle: string): PlannedChange {
  return {
    ...{
      row,
      action: 'update',
      accountId,
      accountVersion: 1,
      before: { jobTitle: null },
      after: { jobTitle },
    },
    ...{ localId: null, localIdKey: null, formerLocalIdKey: null, problems: [], similarAccountId: null },
  }
}

function problem(severity: 'error' | 'warning'): object {
  return { column: 'JobTitle', code: 'damaged', message: 'It is damaged.', value: null, severity }
}
