import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { accountHistory } from '../../src/changes/history/history.ts'
import { findAccounts } from '../../src/directory/find-accounts.ts'
import type { Portal } from '../../src/portal.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { takeBack } from '../support/undo.ts'
import { apply, check, create, csv } from '../support/upload.ts'

let portal: Portal
let ann: Actor
let ben: Actor
let code = ''
let created = 0
let rounds = 0
let ids: Record<string, number>

beforeAll(async () => {
  portal = await testPortal()
})

beforeEach(async () => {
  code = `RX${++rounds}`
  const own = await makeOrganisation(portal, code)
  ann = await makeActor(portal, `ann${rounds}@x.example`, 'local-administrator', own)
  ben = await makeActor(portal, `ben${rounds}@x.example`, 'local-administrator', own)
  const people = csv(
    'LocalID,FirstName,LastName,Mobile',
    'A1,Jane,Smith,07700 900001',
    'A2,Omar,Khan,07700 900002',
  )
  created = (await create(portal, ann, code, people)).id
  const { accounts } = await findAccounts(portal, ann, { organisationId: own, limit: 9 })
  ids = Object.fromEntries(accounts.map(({ localId, id }) => [localId, id]))
})

afterAll(() => portal[Symbol.asyncDispose]())

test('what was taken back says by whom and by which set, whole or by rows, and nothing else does', async () => {
  const id = await send('LocalID,JobTitle,Title', 'A1,Sister,Ms', 'A2,Clerk,Mr')
  const some = await takeBack(portal, ben, id, { rows: [3] })
  expect(await takenBack('A1', id)).toEqual({ title: null, jobTitle: null })
  expect(await takenBack('A2', id)).toEqual({ title: [ben.name, some], jobTitle: [ben.name, some] })
  const rest = await takeBack(portal, ann, id)
  expect(await takenBack('A1', id)).toEqual({ title: [ann.name, rest], jobTitle: [ann.name, rest] })
  expect(await takenBack('A2', id)).toEqual({ title: [ben.name, some], jobTitle: [ben.name, some] })
  expect(await takenBack('A1', created)).toMatchObject({ account: null, firstName: null })
  expect(await takenBack('A1', rest)).toEqual({ title: null, jobTitle: null })
})

test('of a row each field by itself: one that was kept, or not asked for, wasn’t taken back', async () => {
  const id = await send('LocalID,JobTitle,Title,Department', 'A1,Sister,Ms,Ward 1')
  await send('LocalID,JobTitle', 'A1,Matron')
  const undo = await takeBack(portal, ben, id, { fields: ['jobTitle', 'title'] })
  expect(await takenBack('A1', id)).toEqual({ jobTitle: null, title: [ben.name, undo], department: null })
})

test('an undo that was taken back in its turn took nothing back, and one after it does', async () => {
  const id = await send('LocalID,JobTitle,Title', 'A1,Sister,Ms')
  const undo = await takeBack(portal, ann, id)
  const redo = await takeBack(portal, ben, undo, { fields: ['title'] })
  expect(await takenBack('A1', undo)).toEqual({ title: [ben.name, redo], jobTitle: null })
  expect(await takenBack('A1', id)).toEqual({ title: null, jobTitle: [ann.name, undo] })
  const again = await takeBack(portal, ben, id)
  expect(await takenBack('A1', id)).toEqual({ title: [ben.name, again], jobTitle: [ann.name, undo] })
})

test('a withdrawal takes the creation back with all its fields, until it is taken back itself', async () => {
  const undo = await takeBack(portal, ben, created, { rows: [2] })
  const withdrawn = await takenBack('A1', created)
  expect(withdrawn).toMatchObject({ account: [ben.name, undo], firstName: [ben.name, undo] })
  expect(new Set(Object.values(withdrawn).map(String))).toEqual(new Set([`${ben.name},${undo}`]))
  const redo = await takeBack(portal, ann, undo)
  expect(await takenBack('A1', undo)).toMatchObject({ status: [ann.name, redo], localId: [ann.name, redo] })
  expect(Object.values(await takenBack('A1', created)).every((one) => one === null)).toBe(true)
})

test('who may not see the undo is told by whom and when, and not by which set', async () => {
  const id = await send('LocalID,JobTitle', 'A1,Sister')
  await takeBack(portal, ben, id)
  const helpdesk = await makeActor(
    portal,
    `help${rounds}@x.example`,
    'local-helpdesk',
    ann.grants[0]?.organisationId as number,
  )
  const { entries } = await accountHistory(portal, helpdesk, ids.A1 as number, { limit: 9 })
  expect(entries.find(({ new: value }) => value === 'Sister')?.takenBack).toEqual({
    ...{ by: ben.name, changeSet: null, at: expect.any(Date) },
  })
})

async function send(...lines: string[]): Promise<number> {
  const { upload } = await check(portal, ann, code, csv(...lines))
  await apply(portal, ann, upload)
  return upload.id
}

/** By whom, and by which set, each field of an account that a set wrote was taken back. */
async function takenBack(localId: string, changeSet: number) {
  const { entries } = await accountHistory(portal, ann, ids[localId] as number, { limit: 50 })
  return Object.fromEntries(
    entries
      .filter((entry) => entry.changeSet === changeSet)
      .map(({ field, takenBack: by }) => [field, by && [by.by, by.changeSet]]),
  )
}
