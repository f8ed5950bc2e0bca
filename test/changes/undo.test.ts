import sql from 'sql-template-tag'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { accountHistory } from '../../src/changes/history/history.ts'
import { failUndo, planUndo, undoChangeSet } from '../../src/changes/history/undo.ts'
import { findAccounts } from '../../src/directory/find-accounts.ts'
import { Conflict, Forbidden, InvalidInput, NotFound } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { keepUp } from '../../src/worker/upkeep.ts'
import { planSet, setAsItIs } from '../support/change-sets.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, check, create, csv } from '../support/upload.ts'

const HEADING = 'LocalID,FirstName,LastName,Mobile,JobTitle'

let portal: Portal
let ann: Actor
let ben: Actor
let code = ''
let own: number
let rounds = 0

beforeAll(async () => {
  portal = await testPortal()
})

beforeEach(async () => {
  code = `RX${++rounds}`
  own = await makeOrganisation(portal, code)
  ann = await makeActor(portal, `ann${rounds}@x.example`, 'local-administrator', own)
  ben = await makeActor(portal, `ben${rounds}@x.example`, 'local-administrator', own)
  await create(
    portal,
    ann,
    code,
    csv(
      HEADING,
      'A1,Jane,Smith,07700 900001,Nurse',
      'A2,Omar,Khan,07700 900002,Porter',
      'A3,Mia,Lee,07700 900003,',
    ),
  )
})

afterAll(() => portal[Symbol.asyncDispose]())

test('an update goes back field by field, and comes again when that is taken back', async () => {
  const before = await directory()
  const id = await send(csv('LocalID,JobTitle,Title', 'A1,Sister,Ms', 'A2,Clerk,', 'A3,Driver,Mr'))
  const after = await directory()
  const undo = await takeBack(id)
  expect(undo).toMatchObject({ status: 'completed', results: { updated: 3 } })
  expect(await directory()).toEqual(before)
  const again = await takeBack(undo.id)
  expect(again.results).toMatchObject({ updated: 3 })
  expect(await directory()).toEqual(after)
})

test('what somebody changed since is kept, and said by whom; all else goes back', async () => {
  const id = await send(csv('LocalID,JobTitle,Title', 'A1,Sister,Ms', 'A2,Clerk,Mr'))
  await send(csv('LocalID,JobTitle', 'A1,Matron'), ben)
  const undo = await takeBack(id)
  expect(undo.results).toMatchObject({ updated: 2 })
  expect(await directory()).toMatchObject([
    { localId: 'A1', jobTitle: 'Matron', title: null },
    { localId: 'A2', jobTitle: 'Porter', title: null },
    { localId: 'A3' },
  ])
  expect(undo.rows[0]?.problems).toMatchObject([
    {
      column: 'Job title',
      code: 'changed-since',
      value: 'Matron',
      message: expect.stringMatching(/^It is kept: ben\d+@x\.example changed it on \d+ /),
    },
  ])
})

test('nothing is said of a field that is back already, nor of one that isn’t asked for', async () => {
  const id = await send(csv('LocalID,JobTitle,Title', 'A1,Sister,Ms'))
  await send(csv('LocalID,JobTitle', 'A1,Nurse'), ben)
  expect((await takeBack(id)).rows).toMatchObject([{ problems: null }])
  const other = await send(csv('LocalID,JobTitle,Title', 'A2,Sister,Ms'))
  await send(csv('LocalID,JobTitle', 'A2,Matron'), ben)
  expect((await takeBack(other, { fields: ['title'] })).rows).toMatchObject([{ problems: null }])
})

test('a local ID that somebody else has by now is kept, and said, while the other fields go back', async () => {
  const [jane] = await directory()
  const id = await send(csv('ID,LocalID,JobTitle', `${jane?.id},Z9,Sister`))
  await create(portal, ben, code, csv(HEADING, 'A1,Other,One,07700 900013,'))
  const { rows } = await takeBack(id)
  expect(rows).toMatchObject([
    { problems: [{ column: 'Local ID', value: 'Z9', message: expect.stringContaining('somebody else’s') }] },
  ])
  expect((await directory()).find((one) => one.id === jane?.id)).toMatchObject({
    localId: 'Z9',
    jobTitle: 'Nurse',
  })
})

test('a field that was changed between the plan and the apply is kept, and the row goes on', async () => {
  const id = await send(csv('LocalID,JobTitle,Title', 'A1,Sister,Ms'))
  const undo = await plan(id)
  await send(csv('LocalID,JobTitle', 'A1,Matron'), ben)
  expect(await finish(undo)).toMatchObject({
    results: { updated: 1 },
    rows: [
      {
        detail: null,
        problems: [{ column: 'Job title', value: 'Matron', message: expect.stringContaining('It is kept') }],
      },
    ],
  })
  expect((await directory())[0]).toMatchObject({ jobTitle: 'Matron', title: null })
})

test('accounts that were made are withdrawn, their local IDs and addresses free; changed ones are kept', async () => {
  const before = await directory()
  const made = await create(
    portal,
    ann,
    code,
    csv(HEADING, 'B1,Noor,Ali,07700 900011,', 'B2,Eva,Roe,07700 900012,'),
  )
  const after = await directory()
  await send(csv('LocalID,JobTitle', 'B2,Clerk'), ben)
  const undo = await takeBack(made.id)
  expect(undo.results).toMatchObject({ withdrawn: 1, kept: 1 })
  expect((await directory()).map(({ localId }) => localId)).toEqual(['B2', 'A1', 'A2', 'A3'].sort())
  expect(undo.rows[1]?.problems).toMatchObject([{ code: 'changed-since' }])

  // Taken back in its turn, it is there again as it was.
  await takeBack(undo.id)
  const again = await directory()
  expect(again.find(({ localId }) => localId === 'B1')).toEqual(after.find(({ localId }) => localId === 'B1'))
  expect(again).toHaveLength(before.length + 2)
})

test('a withdrawn account whose local ID somebody has by now stays withdrawn', async () => {
  const made = await create(portal, ann, code, csv(HEADING, 'B1,Noor,Ali,07700 900011,'))
  const undo = await takeBack(made.id)
  await create(portal, ben, code, csv(HEADING, 'B1,Other,One,07700 900013,'))
  expect((await takeBack(undo.id)).results).toMatchObject({ kept: 1 })
  expect((await directory()).filter(({ localId }) => localId === 'B1')).toMatchObject([
    { firstName: 'Other' },
  ])
})

test('an address goes back that the account has as another one by now', async () => {
  const [jane] = await directory()
  const before = { emailAddress: jane?.address as string, aliases: null }
  const after = { emailAddress: `jane.new${rounds}@staff.example`, aliases: [jane?.address as string] }
  const { version } = (await findAccounts(portal, ann, { localId: 'A1', limit: 1 })).accounts[0] as {
    version: number
  }
  const id = await planSet(portal, {
    ...{ kind: 'edit', organisationId: own, by: ann, fields: ['emailAddress', 'aliases'] },
    changes: [
      {
        ...{
          row: 1,
          action: 'update',
          accountId: jane?.id as number,
          accountVersion: version,
          localId: 'A1',
        },
        ...{ localIdKey: null, formerLocalIdKey: null, similarAccountId: null, problems: [], before, after },
      },
    ],
  })
  await applyChangeSet(portal, { data: { changeSetId: id, organisationId: own } })
  expect((await directory())[0]?.address).toBe(after.emailAddress)
  expect((await takeBack(id, { fields: ['emailAddress'] })).results).toMatchObject({ updated: 1 })
  expect((await directory())[0]?.address).toBe(before.emailAddress)
})

test('some rows, or one field, and nothing else', async () => {
  const id = await send(csv('LocalID,JobTitle,Title', 'A1,Sister,Ms', 'A2,Clerk,Mr'))
  expect((await takeBack(id, { rows: [3] })).results).toMatchObject({ updated: 1 })
  expect(await directory()).toMatchObject([{ jobTitle: 'Sister' }, { jobTitle: 'Porter', title: null }, {}])
  expect((await takeBack(id, { fields: ['title'] })).results).toMatchObject({ updated: 1, unchanged: 1 })
  expect(await directory()).toMatchObject([{ jobTitle: 'Sister', title: null }, { jobTitle: 'Porter' }, {}])
  await expect(undoChangeSet(portal, ann, id, { fields: ['mobile'] })).rejects.toThrow(InvalidInput)
})

test('a changed local ID goes back with its key', async () => {
  const [jane] = await directory()
  const id = await send(csv('ID,LocalID', `${jane?.id},Z9`))
  await takeBack(id)
  expect((await directory())[0]?.localId).toBe('A1')
  const { rows } = await check(portal, ann, code, csv('LocalID,JobTitle', 'a1,Nurse'))
  expect(rows[0]?.action).toBe('unchanged')
})

test('the history tells of it, and who may not make such changes may not take them back', async () => {
  const id = await send(csv('LocalID,JobTitle', 'A1,Sister'))
  const auditor = await makeActor(portal, `aud${rounds}@x.example`, 'auditor', own)
  const far = await makeActor(portal, `far${rounds}@x.example`, 'local-administrator')
  await expect(undoChangeSet(portal, auditor, id)).rejects.toThrow(Forbidden)
  await expect(undoChangeSet(portal, far, id)).rejects.toThrow(Forbidden)
  const other = await makeActor(
    portal,
    `o${rounds}@x.example`,
    'local-administrator',
    await makeOrganisation(portal, `O${rounds}`),
  )
  await expect(undoChangeSet(portal, other, id)).rejects.toThrow(NotFound)
  const { id: undo } = await takeBack(id)
  const { entries } = await accountHistory(portal, ann, (await directory())[0]?.id as number, { limit: 1 })
  expect(entries).toMatchObject([
    { kind: 'undo', changeSet: undo, field: 'jobTitle', old: 'Sister', new: 'Nurse' },
  ])
})

test('a set that is under way, or that changed nothing, can’t be taken back', async () => {
  const { upload } = await check(portal, ann, code, csv('LocalID,JobTitle', 'A1,Nurse'))
  await expect(undoChangeSet(portal, ann, upload.id)).rejects.toThrow(Conflict)
  await apply(portal, ann, upload)
  await expect(undoChangeSet(portal, ann, upload.id)).rejects.toThrow('changed nothing')
})

test('a plan that can’t be made ends the undo, and one that nobody confirms goes in time', async () => {
  const id = await send(csv('LocalID,JobTitle', 'A1,Sister'))
  const broken = await undoChangeSet(portal, ann, id)
  const data = { changeSetId: broken, organisationId: own }
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update change_set set undoes_id = null where id = ${broken}`),
  )
  await expect(planUndo(portal, { data })).rejects.toThrow('undoes nothing')
  await failUndo(portal, data, 'failed')
  expect(await setAsItIs(portal, broken)).toMatchObject({ status: 'failed' })

  const waiting = await plan(id)
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update change_set set created_at = now() - interval '1 year' where id = ${waiting}`),
  )
  await keepUp(portal)
  expect(await setAsItIs(portal, waiting)).toMatchObject({ status: 'cancelled', rows: [] })
})

async function send(file: string, actor = ann): Promise<number> {
  const { upload } = await check(portal, actor, code, file)
  await apply(portal, actor, upload)
  return upload.id
}

async function plan(id: number, selection = {}): Promise<number> {
  const undo = await undoChangeSet(portal, ann, id, selection)
  await planUndo(portal, { data: { changeSetId: undo, organisationId: own } })
  return undo
}

async function finish(undo: number) {
  await confirmChangeSet(portal, ann, undo)
  await applyChangeSet(portal, { data: { changeSetId: undo, organisationId: own } })
  return { id: undo, ...(await setAsItIs(portal, undo)) }
}

async function takeBack(id: number, selection = {}) {
  return finish(await plan(id, selection))
}

/** Everybody, without what every write changes. */
async function directory() {
  const { accounts } = await findAccounts(portal, ann, { organisationId: own, limit: 50 })
  return accounts
    .map(
      ({ version: _version, updatedAt: _at, updatedBy: _by, statusChangedAt: _since, ...account }) => account,
    )
    .sort((one, other) => (one.localId ?? '').localeCompare(other.localId ?? ''))
}
