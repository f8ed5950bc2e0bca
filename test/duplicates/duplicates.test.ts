import sql from 'sql-template-tag'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { findChangeSet } from '../../src/changes/find-change-sets.ts'
import { findAccount } from '../../src/directory/find-accounts.ts'
import { findDuplicates, findSearch } from '../../src/duplicates/find-duplicates.ts'
import { searchDuplicates, startSearch } from '../../src/duplicates/search.ts'
import { settleDuplicate } from '../../src/duplicates/settle.ts'
import { editAccount } from '../../src/edits/edit-account.ts'
import { Conflict, Forbidden, NotFound } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { doDaily } from '../../src/worker/daily.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { applyPlanned, takeBack } from '../support/undo.ts'

let portal: Portal
let rounds = 0
let code: string
let own: number
let ann: Actor
let jane: number
let janet: number
let omar: number
let omarToo: number

beforeAll(async () => {
  portal = await testPortal({ mailDomain: 'staff.example' })
})

beforeEach(async () => {
  code = `RD${++rounds}`
  own = await makeOrganisation(portal, code)
  ann = await makeActor(portal, `ann${rounds}@x.example`, 'local-administrator', own)
  jane = await person({ localId: '10001', firstName: 'Jane', lastName: 'Doe', mobile: '+447700900001' })
  janet = await person({ localId: '20001', firstName: 'JANE', lastName: 'Doe', mobile: '+447700900001' })
  omar = await person({ localId: '30017', firstName: 'Omar', lastName: 'Khan', mobile: '+447700900003' })
  omarToo = await person({ localId: '30071', firstName: 'Omar', lastName: 'Khan' })
  await person({ localId: '40001', firstName: 'Eva', lastName: 'Novák', mobile: '+447700900004' })
})

afterAll(() => portal[Symbol.asyncDispose]())

test('the search finds each pair once, the most alike first, and says why', async () => {
  expect(await findSearch(portal, ann, code)).toBeNull()
  await search()
  await search()
  expect(await pairs()).toEqual([
    [jane, janet, 'same', 'name-and-mobile'],
    [omar, omarToo, 'same', 'near-local-id'],
  ])
  const { counts, search: last } = await found()
  expect(counts).toEqual({ open: 2, notSame: 0 })
  expect(last).toMatchObject({ status: 'completed', askedBy: ann.name, progress: { done: 5, total: 5 } })
})

test('pages of pairs go on where the one before ended', async () => {
  await search()
  const first = await found({ limit: 1 })
  const second = await found({ limit: 1, after: first.next as string })
  expect(first.duplicates[0]?.accounts[0].id).toBe(jane)
  expect([second.duplicates[0]?.accounts[0].id, second.next]).toEqual([omar, null])
})

test('not the same is remembered through every search, with who said it, and can be taken back', async () => {
  await search()
  await settleDuplicate(portal, ann, { id: own }, [janet, jane], { decision: 'not-same' })
  await search()
  expect((await pairs()).map(([one]) => one)).toEqual([omar])
  expect((await found({ notSame: true })).duplicates).toMatchObject([
    { accounts: [{ id: jane }, { id: janet }], notSame: { by: ann.name } },
  ])
  await settleDuplicate(portal, ann, { id: own }, [jane, janet], { decision: 'undecided' })
  expect((await pairs()).map(([one]) => one)).toEqual([jane, omar])
})

test('the same: the other becomes a leaver by a change set, which brings the pair back when it is taken back', async () => {
  await search()
  const id = (await settleDuplicate(portal, ann, { id: own }, [jane, janet], {
    ...{ decision: 'same', keep: jane },
  })) as number
  expect(await findChangeSet(portal, ann, id)).toMatchObject({ status: 'checked', counts: { update: 1 } })
  expect((await found()).duplicates[0]).toMatchObject({ changeSet: { id } })
  await expect(
    settleDuplicate(portal, ann, { id: own }, [jane, janet], { decision: 'same', keep: janet }),
  ).rejects.toThrow(Conflict)
  await applyPlanned(portal, ann, id)
  expect(await findAccount(portal, ann, janet)).toMatchObject({ status: 'Leaver' })
  expect(await findAccount(portal, ann, jane)).toMatchObject({ status: 'Active' })
  expect((await pairs()).map(([one]) => one)).toEqual([omar])
  await takeBack(portal, ann, id)
  expect((await found()).duplicates[0]).toMatchObject({ accounts: [{ id: jane }, {}], changeSet: null })
})

test('a pair that was changed since is compared again, and goes where it isn’t alike any more', async () => {
  await search()
  await editAccount(portal, ann, jane, { values: { jobTitle: 'Nurse' } })
  await editAccount(portal, ann, omarToo, { values: { localId: '99999' } })
  expect(await pairs()).toEqual([[jane, janet, 'same', 'name-and-mobile']])
})

test('the next search forgets pairs that aren’t alike any more, but not what was said', async () => {
  await search()
  await settleDuplicate(portal, ann, { id: own }, [omar, omarToo], { decision: 'not-same' })
  await editAccount(portal, ann, omarToo, { values: { localId: '99999' } })
  await search()
  expect((await found({ notSame: true })).duplicates).toHaveLength(1)
})

test('who may change nobody sees them alone; who sees nothing of the organisation is told of nothing', async () => {
  await search()
  const auditor = await makeActor(portal, `aud${rounds}@x.example`, 'auditor', own)
  const stranger = await makeActor(
    ...[portal, `far${rounds}@x.example`, 'local-administrator' as const],
    await makeOrganisation(portal, `RE${rounds}`),
  )
  const notSame = { decision: 'not-same' as const }
  expect((await findDuplicates(portal, auditor, { organisationCode: code, limit: 9 })).counts.open).toBe(2)
  await expect(settleDuplicate(portal, auditor, { id: own }, [jane, janet], notSame)).rejects.toThrow(
    Forbidden,
  )
  await expect(startSearch(portal, auditor, code)).rejects.toThrow(Forbidden)
  await expect(findDuplicates(portal, stranger, { organisationCode: code, limit: 9 })).rejects.toThrow(
    NotFound,
  )
  await expect(settleDuplicate(portal, stranger, { id: own }, [jane, janet], notSame)).rejects.toThrow(
    NotFound,
  )
  await expect(settleDuplicate(portal, ann, { id: own }, [jane, omar], notSame)).rejects.toThrow(NotFound)
})

test('of who was removed no pair stays', async () => {
  await search()
  await portal.database.transaction('everything', (tx) =>
    tx.run(
      sql`update account set status = 'Deleted', status_changed_at = now() - interval '40 days' where id = ${jane}`,
    ),
  )
  await doDaily(portal)
  const set = await portal.database.transaction('everything', (tx) =>
    tx.row<{ id: number }>(sql`select max(id) as id from change_set where organisation_id = ${own}`),
  )
  await applyChangeSet(portal, { data: { changeSetId: set?.id as number, organisationId: own } })
  await doDaily(portal)
  const kept = await portal.database.transaction('everything', (tx) =>
    tx.rows<{ one: number }>(sql`select one_id as one from duplicate_pair where organisation_id = ${own}`),
  )
  expect(kept).toEqual([{ one: omar }])
})

function person(values: object): Promise<number> {
  return makeAccount(portal, { organisationId: own, updatedBy: ann.administratorId, ...values })
}

async function search(): Promise<void> {
  await startSearch(portal, ann, code)
  await searchDuplicates(portal, { data: { organisationId: own } })
}

function found(wanted: { notSame?: boolean; after?: string; limit?: number } = {}) {
  return findDuplicates(portal, ann, { organisationCode: code, limit: 10, ...wanted })
}

async function pairs() {
  const { duplicates } = await found()
  return duplicates.map(({ accounts: [one, other], found: { names, why } }) => [one.id, other.id, names, why])
}
