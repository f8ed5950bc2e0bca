import { setTimeout as sleep } from 'node:timers/promises'
import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { applyAtOnce } from '../../src/changes/apply/apply-at-once.ts'
import { accountHistory } from '../../src/changes/history/history.ts'
import { planAccounts } from '../../src/changes/plan/plan-accounts.ts'
import { findAccount, findAccounts } from '../../src/directory/find-accounts.ts'
import { addAccount } from '../../src/edits/add-account.ts'
import { editAccount } from '../../src/edits/edit-account.ts'
import type { GivenValues } from '../../src/edits/read-values.ts'
import { ChangedMeanwhile, ValuesRefused } from '../../src/edits/refused.ts'
import type { Portal } from '../../src/portal.ts'
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
  const COUNT = 15
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

test('an apply that waited for an edit stands after it, in the history and by its time', async () => {
  const { portal, ann, bob, idOf } = await trust()
  await using _ = portal
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,Department', 'A0,Ward'))
  const organisationId = upload.organisation.id
  let applied: Promise<unknown> = Promise.resolve()
  await portal.database.transaction([organisationId], async (tx) => {
    await tx.row(sql`select 1 from account where id = ${idOf('A0')} for update`)
    applied = apply(portal, ann, upload)
    await untilSomebodyWaits(portal)
    const changes = await planAccounts(tx, organisationId, new Map([[idOf('A0'), { jobTitle: 'Sister' }]]))
    await applyAtOnce(portal, tx, { kind: 'edit', organisationId, by: bob.administratorId }, changes)
  })
  await applied
  const { entries } = await accountHistory(portal, ann, idOf('A0'), { limit: 2 })
  expect(entries).toMatchObject([
    { kind: 'upload', new: 'Ward' },
    { kind: 'edit', new: 'Sister' },
  ])
  const [last, first] = entries.map(({ at }) => at.getTime()) as [number, number]
  expect(last).toBeGreaterThanOrEqual(first)
  expect((await findAccount(portal, ann, idOf('A0'))).updatedAt.getTime()).toBe(last)
})

test('two writers whose clocks differ stand in the order in which they wrote', async () => {
  const { portal, ann, idOf, edit } = await trust()
  await using _ = portal
  await edit('A0', { jobTitle: 'Sister' })
  const behind = { ...portal, clock: { now: () => new Date(Date.now() - 3_600_000) } }
  await editAccount(behind, ann, idOf('A0'), { values: { jobTitle: 'Matron' } })
  const history = (after?: string) =>
    accountHistory(portal, ann, idOf('A0'), after === undefined ? { limit: 1 } : { limit: 1, after })
  const first = await history()
  const second = await history(first.next ?? '')
  expect([...first.entries, ...second.entries].map(({ new: value }) => value)).toEqual(['Matron', 'Sister'])
})

async function untilSomebodyWaits(portal: Portal): Promise<void> {
  for (;;) {
    const waiting = await portal.database.transaction('everything', (tx) =>
      tx.row(sql`select 1 from pg_locks l join pg_stat_activity a on a.pid = l.pid
        where a.datname = current_database() and not l.granted and l.locktype in ('transactionid', 'tuple')`),
    )
    if (waiting) return
    await sleep(20)
  }
}
