import sql from 'sql-template-tag'
import { afterAll, beforeEach, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { findChangeSet, listChangeSets } from '../../src/changes/find-change-sets.ts'
import { undoChangeSet } from '../../src/changes/history/undo.ts'
import { titleOf } from '../../src/changes/name.ts'
import { Conflict } from '../../src/errors.ts'
import { takeSteps } from '../../src/lifecycle/take-steps.ts'
import type { Portal } from '../../src/portal.ts'
import { resultSentences } from '../../src/results/result-sentences.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { takeBack } from '../support/undo.ts'

const DAY = 24 * 3600_000

let portal: Portal
let own: number
let ann: Actor
let ahead = 0

beforeEach(async () => {
  await portal?.[Symbol.asyncDispose]()
  portal = await testPortal()
  portal.clock = { now: () => new Date(Date.now() + ahead) }
  ahead = 0
  own = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', own)
})
afterAll(() => portal[Symbol.asyncDispose]())

/** Somebody who came to their status so many days ago. */
async function since(days: number, status: 'Leaver' | 'Deleted', organisationId = own): Promise<number> {
  const id = await makeAccount(portal, {
    ...{ organisationId, updatedBy: ann.administratorId, status },
    ...{ localId: crypto.randomUUID(), firstName: 'Lena', lastName: 'Ver' },
  })
  await set(id, status, days)
  return id
}

function set(id: number, status: string, daysAgo: number): Promise<unknown> {
  return portal.database.transaction('everything', (tx) =>
    tx.run(
      sql`update account set status = ${status}, version = version + 1,
          status_changed_at = ${new Date(Date.now() - daysAgo * DAY)} where id = ${id}`,
    ),
  )
}

async function statusOf(id: number): Promise<string | undefined> {
  const found = await portal.database.transaction('everything', (tx) =>
    tx.row<{ status: string }>(sql`select status from account where id = ${id}`),
  )
  return found?.status
}

/** The daily steps' change sets, newest first. */
async function sets() {
  return (await listChangeSets(portal, ann, { kind: 'lifecycle', limit: 50 })).changeSets
}

async function applyAll(): Promise<void> {
  for (const { id, status } of await sets())
    if (status !== 'completed')
      await applyChangeSet(portal, { data: { changeSetId: id, organisationId: own } })
}

async function daily(): Promise<void> {
  await takeSteps(portal)
  await applyAll()
}

test('a leaver is deleted on the thirtieth day and not before, by the portal itself, and it can be taken back', async () => {
  const [due, early] = [await since(30, 'Leaver'), await since(29, 'Leaver')]
  await daily()
  expect([await statusOf(due), await statusOf(early)]).toEqual(['Deleted', 'Leaver'])
  const [made] = await sets()
  expect(made).toMatchObject({
    status: 'completed',
    createdBy: { name: 'Muster' },
    confirmedBy: { name: 'Muster' },
    results: { updated: 1, failed: 0 },
  })
  expect(resultSentences(made as never)).toEqual(['1 leaver was deleted'])
  expect(titleOf(made as never)).toMatch(/^Deletion of leavers on \d+ \w+ \d{4}$/)
  await takeBack(portal, ann, made?.id as number)
  expect(await statusOf(due)).toBe('Leaver')
})

test('it is done once a day, however often and by however many it is set about', async () => {
  const due = await since(40, 'Leaver')
  await Promise.all(Array.from({ length: 6 }, () => takeSteps(portal)))
  await Promise.all([applyAll(), applyAll()])
  await daily()
  expect(await sets()).toHaveLength(1)
  const late = await since(31, 'Leaver')
  await daily()
  expect(await sets()).toHaveLength(1) // the day has its set
  expect([await statusOf(due), await statusOf(late)]).toEqual(['Deleted', 'Leaver'])
})

test('what a day missed is made up on the next, and a set under way is waited for', async () => {
  const due = await since(35, 'Leaver')
  await takeSteps(portal)
  const [first] = await sets()
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update change_set set day = day - 1 where id = ${first?.id}`),
  )
  const late = await since(35, 'Leaver')
  await takeSteps(portal)
  expect(await sets()).toHaveLength(1)
  await applyAll()
  await daily()
  expect((await sets()).map(({ results }) => results.updated)).toEqual([1, 1])
  expect([await statusOf(due), await statusOf(late)]).toEqual(['Deleted', 'Deleted'])
})

test('a clock that is ahead takes nobody before their time, one that is behind nobody twice', async () => {
  const [leaver, deleted] = [await since(3, 'Leaver'), await since(3, 'Deleted')]
  ahead = 400 * DAY
  await daily()
  expect([await statusOf(leaver), await statusOf(deleted)]).toEqual(['Leaver', 'Deleted'])
  expect(await sets()).toEqual([])
  const due = await since(31, 'Leaver')
  ahead = 0
  await daily()
  ahead = -2 * DAY
  await daily()
  ahead = 2 * DAY
  await daily()
  expect(await statusOf(due)).toBe('Deleted')
  expect(await sets()).toHaveLength(1)
})

test('who came back between the plan and the step is kept, and the others go', async () => {
  const [back, changed, restored, gone] = [
    await since(30, 'Leaver'),
    await since(30, 'Leaver'),
    await since(30, 'Deleted'),
    await since(30, 'Deleted'),
  ]
  await takeSteps(portal)
  await set(back, 'Active', 0)
  await set(restored, 'Active', 0)
  await set(changed, 'Leaver', 30) // by somebody else’s write, still a leaver
  await applyAll()
  expect(await Promise.all([back, changed, restored, gone].map(statusOf))).toEqual([
    ...['Active', 'Deleted', 'Active', 'Removed'],
  ])
  const [removal, deletion] = await sets()
  expect(deletion?.results).toMatchObject({ updated: 1, kept: 1 })
  expect(removal?.results).toMatchObject({ removed: 1, kept: 1 })
})

test('an apply that was killed goes on from where it was, and each is deleted once', async () => {
  const due = [await since(30, 'Leaver'), await since(31, 'Leaver')]
  await takeSteps(portal)
  const [made] = await sets()
  const data = { changeSetId: made?.id as number, organisationId: own }
  await expect(
    applyChangeSet(portal, { data, signal: AbortSignal.abort(new Error('killed')) }),
  ).rejects.toThrow('killed')
  await Promise.all([applyChangeSet(portal, { data }), applyChangeSet(portal, { data })])
  expect(await Promise.all(due.map(statusOf))).toEqual(['Deleted', 'Deleted'])
  expect((await findChangeSet(portal, ann, data.changeSetId)).results.updated).toBe(2)
})

test('each organisation has its own set, and a removal can’t be taken back', async () => {
  const other = await makeOrganisation(portal, 'RX2')
  await since(30, 'Deleted', other)
  const id = await since(30, 'Deleted')
  await daily()
  expect(await statusOf(id)).toBe('Removed')
  const [made, ...more] = await sets()
  expect(more).toEqual([]) // Ann sees her own
  await expect(undoChangeSet(portal, ann, made?.id as number)).rejects.toThrow(Conflict)
})
