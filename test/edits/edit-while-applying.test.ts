import { expect, test } from 'vitest'
import { accountHistory } from '../../src/changes/history/history.ts'
import { findAccount, findAccounts } from '../../src/directory/find-accounts.ts'
import { addAccount } from '../../src/edits/add-account.ts'
import { editAccount } from '../../src/edits/edit-account.ts'
import type { GivenValues } from '../../src/edits/read-values.ts'
import { ChangedMeanwhile, ValuesRefused } from '../../src/edits/refused.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, check, create, csv } from '../support/upload.ts'

const HEADING = 'LocalID,FirstName,LastName,Mobile,JobTitle'

async function trust(count = 1) {
  const portal = await testPortal({ mailDomain: 'staff.example', mobileRequired: false })
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const bob = await makeActor(portal, 'bob@trust.example', 'local-administrator', organisation)
  const people = Array.from({ length: count }, (_, n) => `A${n},Jane,Smith,07700 ${900_000 + n},Nurse`)
  await create(portal, ann, 'RX1', csv(HEADING, ...people))
  const { accounts } = await findAccounts(portal, ann, { limit: 1000 })
  const ids = new Map(accounts.map(({ id, localId }) => [localId, id]))
  const idOf = (localId: string) => ids.get(localId) as number
  const edit = (localId: string, values: GivenValues, version?: number) =>
    editAccount(portal, bob, idOf(localId), version === undefined ? { values } : { values, version })
  const read = (localId: string) => findAccount(portal, ann, idOf(localId))
  const fieldsOf = async (localId: string) => {
    const { entries } = await accountHistory(portal, ann, idOf(localId), { limit: 100 })
    return entries.filter(({ old }) => old !== null).map(({ field, kind }) => `${kind} ${field}`)
  }
  return { portal, ann, bob, idOf, edit, read, fieldsOf }
}

test('a name that is changed between a check and its apply stays, and the file’s other fields go in', async () => {
  const { portal, ann, edit, read, fieldsOf } = await trust()
  await using _ = portal
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A0,Sister'))
  await edit('A0', { lastName: 'Jones', emailAddress: 'jane.jones' }, 1)
  expect((await apply(portal, ann, upload)).upload.results).toMatchObject({ updated: 1 })
  expect(await read('A0')).toMatchObject({
    ...{ lastName: 'Jones', jobTitle: 'Sister', version: 3 },
    ...{ address: 'jane.jones@staff.example', otherAddresses: ['jane.smith@staff.example'] },
  })
  expect(await fieldsOf('A0')).toEqual(['upload jobTitle', 'edit lastName', 'edit emailAddress'])
})

test('a name that a file would change too is not written by it, and the row says who changed it', async () => {
  const { portal, ann, edit, read } = await trust()
  await using _ = portal
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,LastName,JobTitle', 'A0,Brown,Sister'))
  await edit('A0', { lastName: 'Jones' }, 1)
  const { rows } = await apply(portal, ann, upload)
  expect(rows[0]).toMatchObject({
    result: 'failed',
    detail: expect.stringMatching(/^Last name is now “Jones”: bob@trust\.example changed it on /),
  })
  expect(await read('A0')).toMatchObject({ lastName: 'Jones', jobTitle: 'Nurse', version: 2 })
})

test('a form that was opened before an apply is judged against what the file wrote', async () => {
  const { portal, ann, edit, read } = await trust()
  await using _ = portal
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,LastName,JobTitle', 'A0,Brown,Sister'))
  await apply(portal, ann, upload)
  await expect(edit('A0', { lastName: 'Jones', firstName: 'Janet' }, 1)).rejects.toMatchObject({
    conflicts: [{ field: 'lastName', base: 'Smith', yours: 'Jones', theirs: 'Brown' }],
  })
  await edit('A0', { lastName: 'Smith', firstName: 'Janet' }, 1)
  expect(await read('A0')).toMatchObject({ firstName: 'Janet', lastName: 'Brown', jobTitle: 'Sister' })
})

test('while a file is applied over the same people, nothing is lost and nobody hears of a fault', async () => {
  const COUNT = 30
  const { portal, ann, edit, read, fieldsOf } = await trust(COUNT)
  await using _ = portal
  const all = Array.from({ length: COUNT }, (_, n) => `A${n}`)
  const file = csv(
    'LocalID,LastName,Department',
    ...all.map((localId, n) => `${localId},${n % 3 ? 'Smith' : 'Brown'},Ward`),
  )
  const { upload } = await check(portal, ann, 'RX1', file)
  const applied = apply(portal, ann, upload)
  const edited = await Promise.allSettled(
    all.map((localId, n) =>
      edit(localId, { lastName: `Jones${'abc'[n % 3]}`, title: 'Dr', emailAddress: `dr.${localId}` }, 1),
    ),
  )
  const { rows } = await applied
  for (const [n, localId] of all.entries()) {
    const [one, row] = [edited[n], rows[n]]
    const account = await read(localId)
    const fields = await fieldsOf(localId)
    // Of a name that both change, who came first has it, and the other is told.
    if (one?.status === 'rejected') expect(one.reason).toBeInstanceOf(ChangedMeanwhile)
    else expect(account).toMatchObject({ title: 'Dr', address: `dr.a${n}@staff.example` })
    expect([one?.status, row?.result]).toContainEqual(expect.stringMatching(/^(fulfilled|updated)$/))
    const isFiles = row?.result === 'updated'
    expect(account.department).toBe(isFiles ? 'Ward' : null)
    const wantsBoth = n % 3 === 0
    const name = wantsBoth && one?.status === 'rejected' ? 'Brown' : `Jones${'abc'[n % 3]}`
    expect(account.lastName).toBe(name)
    expect(one?.status === 'fulfilled' && isFiles).toBe(!wantsBoth)
    expect(fields.filter((field) => field.endsWith('lastName'))).toHaveLength(1)
  }
})

test('people who are added while a file creates the same ones are there once', async () => {
  const COUNT = 20
  const { portal, ann, bob } = await trust()
  await using _ = portal
  const all = Array.from({ length: COUNT }, (_, n) => `N${n}`)
  const rows = all.map((localId) => `${localId},Ida,Moss,,Nurse`)
  const { upload } = await check(portal, ann, 'RX1', csv(HEADING, ...rows), 'create')
  const applied = apply(portal, ann, upload)
  const values = { firstName: 'Ida', lastName: 'Moss' }
  const added = await Promise.allSettled(
    all.map((localId) => addAccount(portal, bob, { code: 'RX1' }, { values: { ...values, localId } })),
  )
  const { upload: ended } = await applied
  for (const one of added) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(ValuesRefused)
  const made = added.filter(({ status }) => status === 'fulfilled').length
  expect(ended).toMatchObject({ status: 'completed', results: { created: COUNT - made, failed: made } })
  const { accounts } = await findAccounts(portal, ann, { search: 'Moss', limit: 1000 })
  expect(accounts.map(({ localId }) => localId).sort()).toEqual(all.sort())
  expect(new Set(accounts.map(({ address }) => address)).size).toBe(COUNT)
})
