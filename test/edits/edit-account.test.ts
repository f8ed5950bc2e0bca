import { setTimeout } from 'node:timers/promises'
import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { accountHistory } from '../../src/changes/history/history.ts'
import { undoChangeSet } from '../../src/changes/history/undo.ts'
import { findAccount } from '../../src/directory/find-accounts.ts'
import { addAddress, choosePrimaryAddress, removeAddress } from '../../src/edits/addresses.ts'
import { editAccount } from '../../src/edits/edit-account.ts'
import type { GivenValues } from '../../src/edits/read-values.ts'
import { ChangedMeanwhile, ValuesRefused } from '../../src/edits/refused.ts'
import { Conflict, Forbidden, NotFound } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

let portal: Portal
let own: number
let ann: Actor
let bob: Actor
let far: Actor
let desk: Actor

beforeAll(async () => {
  portal = await testPortal({ mailDomain: 'staff.example' })
  own = await makeOrganisation(portal, 'RX1')
  const other = await makeOrganisation(portal, 'RY2')
  ann = await makeActor(portal, 'ann@x.example', 'local-administrator', own)
  bob = await makeActor(portal, 'bob@x.example', 'local-administrator', own)
  desk = await makeActor(portal, 'desk@x.example', 'local-helpdesk', own)
  far = await makeActor(portal, 'far@x.example', 'local-administrator', other)
})

afterAll(() => portal[Symbol.asyncDispose]())

let accounts = 0
function account(values: Partial<Parameters<typeof makeAccount>[1]> = {}): Promise<number> {
  const usual = { organisationId: own, updatedBy: ann.administratorId, jobTitle: 'Nurse' }
  return makeAccount(portal, { ...usual, localId: `E${++accounts}`, ...values })
}

function edit(id: number, values: GivenValues, version?: number, actor = ann) {
  return editAccount(portal, actor, id, version === undefined ? { values } : { values, version })
}

test('several fields are changed at once, and are in the history at once', async () => {
  const id = await account()
  const { changeSet, version } = await edit(
    id,
    { jobTitle: ' Sister ', mobile: '07700 900123', hideMobile: true },
    1,
  )
  expect(version).toBe(2)
  expect(await findAccount(portal, ann, id)).toMatchObject({
    ...{ jobTitle: 'Sister', mobile: '+447700900123', hideMobile: true, version: 2 },
  })
  const { entries } = await accountHistory(portal, ann, id, { limit: 5 })
  expect(entries).toMatchObject([
    { kind: 'edit', changeSet, field: 'jobTitle', old: 'Nurse', new: 'Sister' },
    { kind: 'edit', field: 'mobile', old: null, new: '+447700900123' },
    { kind: 'edit', field: 'hideMobile', old: false, new: true },
  ])
})

test('what changes nothing makes no change set', async () => {
  const id = await account()
  expect(await edit(id, { jobTitle: 'Nurse', department: '' }, 1)).toMatchObject({
    changeSet: null,
    version: 1,
  })
})

test('every value that can’t be is told, and nothing is written', async () => {
  const id = await account()
  const given = {
    lastName: 'Sm1th',
    mobile: '12',
    localId: '',
    status: 'Leaver',
    shoeSize: '9',
    jobTitle: 'Sister',
  }
  const error = await edit(id, given, 1).catch((refused) => refused)
  expect(error).toBeInstanceOf(ValuesRefused)
  expect(error.problems.map(({ field, code }: Record<string, string>) => [field, code])).toEqual([
    ['lastName', 'invalid-characters'],
    ['mobile', 'not-a-mobile'],
    ['localId', 'cannot-clear'],
    ['status', 'not-editable'],
    ['shoeSize', 'unknown-field'],
  ])
  expect(await findAccount(portal, ann, id)).toMatchObject({ jobTitle: 'Nurse', version: 1 })
})

test('of what two people change at once, fields that only one of them touched are kept of both', async () => {
  const id = await account({ department: 'Surgery' })
  await edit(id, { jobTitle: 'Sister', department: 'Surgery' }, 1, bob)
  await edit(id, { jobTitle: 'Nurse', department: 'Medicine' }, 1)
  expect(await findAccount(portal, ann, id)).toMatchObject({ jobTitle: 'Sister', department: 'Medicine' })
})

test('a field that both changed is a conflict with all three values, and nothing is written', async () => {
  const id = await account({ department: 'Surgery' })
  await edit(id, { jobTitle: 'Sister' }, 1, bob)
  await edit(id, { jobTitle: 'Matron' }, 2, bob)
  const error = await edit(id, { jobTitle: 'Doctor', department: 'Medicine' }, 1).catch((refused) => refused)
  expect(error).toBeInstanceOf(ChangedMeanwhile)
  expect(error).toMatchObject({
    version: 3,
    conflicts: [{ field: 'jobTitle', base: 'Nurse', yours: 'Doctor', theirs: 'Matron', by: 'bob@x.example' }],
  })
  expect(await findAccount(portal, ann, id)).toMatchObject({ jobTitle: 'Matron', department: 'Surgery' })
  await edit(id, { jobTitle: 'Doctor', department: 'Medicine' }, 3)
  expect(await findAccount(portal, ann, id)).toMatchObject({ jobTitle: 'Doctor', department: 'Medicine' })
})

test('two people who save the same moment: one is written, the other is told', async () => {
  const id = await account()
  const saved = await Promise.allSettled([
    edit(id, { jobTitle: 'Sister' }, 1, bob),
    edit(id, { jobTitle: 'Doctor' }, 1),
  ])
  expect(saved.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const { entries } = await accountHistory(portal, ann, id, { limit: 5 })
  expect(entries).toHaveLength(1)
})

test('an address is chosen, and the old one stays', async () => {
  const id = await account({ address: 'jane.smith@staff.example' })
  await edit(id, { lastName: 'Jones', emailAddress: 'jane.jones@staff.example' }, 1)
  expect(await findAccount(portal, ann, id)).toMatchObject({
    ...{ lastName: 'Jones', address: 'jane.jones@staff.example' },
    otherAddresses: ['jane.smith@staff.example'],
  })
  await edit(id, { emailAddress: 'Jane.Smith' }, 2)
  expect(await findAccount(portal, ann, id)).toMatchObject({
    ...{ address: 'jane.smith@staff.example', otherAddresses: ['jane.jones@staff.example'] },
  })
  const { changeSet } = await edit(id, { aliases: [] }, 3)
  expect(await findAccount(portal, ann, id)).toMatchObject({ otherAddresses: [] })
  expect(await undoChangeSet(portal, ann, changeSet as number)).toBeGreaterThan(changeSet as number)
})

test('an address of somebody else, of another domain or of no letters is refused', async () => {
  const id = await account({ address: 'a.one@staff.example' })
  await account({ address: 'a.two@staff.example' })
  await expect(edit(id, { emailAddress: 'a.two@staff.example', jobTitle: 'Sister' })).rejects.toThrow(
    /a\.two@staff\.example is somebody/,
  )
  await expect(edit(id, { aliases: ['x@elsewhere.example'] })).rejects.toThrow(/no address of this directory/)
  await expect(edit(id, { emailAddress: '..@staff.example' })).rejects.toThrow(ValuesRefused)
  await expect(edit(id, { emailAddress: '' })).rejects.toThrow(/can’t be empty/)
  expect(await findAccount(portal, ann, id)).toMatchObject({ version: 1, jobTitle: 'Nurse' })
  const { entries } = await accountHistory(portal, ann, id, { limit: 5 })
  expect(entries).toEqual([])
})

test('an account has so many other addresses at most, or as many as it had', async () => {
  const many = (count: number, name: string) =>
    Array.from({ length: count }, (_, nth) => `${name}.${nth}@staff.example`)
  const id = await account({ address: 'many@staff.example' })
  await edit(id, { aliases: many(100, 'one') })
  await expect(edit(id, { aliases: many(101, 'one') })).rejects.toThrow(/would have 101 other addresses/)
  await expect(addAddress(portal, ann, id, 'more')).rejects.toThrow(ValuesRefused)
  await expect(choosePrimaryAddress(portal, ann, id, 'more')).rejects.toThrow(ValuesRefused)
  await choosePrimaryAddress(portal, ann, id, 'one.7')
  const had = await account({ address: 'had@staff.example', otherAddresses: many(120, 'had') })
  await removeAddress(portal, ann, had, 'had.7@staff.example')
  expect((await findAccount(portal, ann, had)).otherAddresses).toHaveLength(119)
})

test('what stays as it is passes, though a new value couldn’t be like it', async () => {
  const strict = { ...portal, config: { ...portal.config, mobileRequired: true } }
  const id = await makeAccount(portal, {
    ...{ organisationId: own, updatedBy: ann.administratorId, firstName: 'J4ne' },
    ...{ address: 'Jane@was.example', otherAddresses: ['j1@was.example', 'j2@was.example'] },
  })
  const form = { localId: '', mobile: ' ', firstName: ' J4ne', secondaryEmail: null }
  const values = { ...form, emailAddress: 'jane@was.example', jobTitle: 'Sister' }
  expect(await editAccount(strict, ann, id, { version: 1, values })).toMatchObject({ version: 2 })
  const { entries } = await accountHistory(portal, ann, id, { limit: 9 })
  expect(entries.map(({ field }) => field)).toEqual(['jobTitle'])
  await removeAddress(portal, ann, id, 'j1@was.example')
  await addAddress(portal, ann, id, 'jane')
  await choosePrimaryAddress(portal, ann, id, 'J2@was.example')
  expect(await findAccount(portal, ann, id)).toMatchObject({
    ...{ address: 'j2@was.example', localId: null, version: 5 },
    otherAddresses: ['jane@staff.example', 'Jane@was.example'],
  })
  await edit(id, { mobile: '07700 900123' }, 5)
  await expect(editAccount(strict, ann, id, { values: { mobile: '' } })).rejects.toThrow(/can’t be empty/)
  await expect(edit(id, { firstName: 'J5ne' })).rejects.toThrow(ValuesRefused)
  await expect(addAddress(portal, ann, id, 'j1@was.example')).rejects.toThrow(/no address of this directory/)
})

test('a local ID that somebody has is refused, with their name', async () => {
  const id = await account()
  await account({ localId: 'TAKEN', firstName: 'Jo', lastName: 'Bloggs' })
  await expect(edit(id, { localId: 'taken' })).rejects.toThrow(
    /BLOGGS, Jo \(RX1\) already has the local ID “taken”/,
  )
  await edit(id, { localId: 'FREE' })
  expect(await findAccount(portal, ann, id)).toMatchObject({ localId: 'FREE' })
})

test('two who give the same local ID at once: one has it, the other is told whose it is', async () => {
  const [one, other] = [await account({ firstName: 'Al' }), await account({ firstName: 'Bo' })]
  const given = await Promise.allSettled([
    edit(one, { localId: 'ONCE' }, 1),
    edit(other, { localId: 'once' }, 1, bob),
  ])
  const refusals = given.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
  expect(refusals).toMatchObject([{ problems: [{ field: 'localId', code: 'already-exists' }] }])
})

test('a site that is removed while an edit is about to give it is told as any unknown one', async () => {
  const id = await account()
  const removing = portal.database.transaction('everything', async (tx) => {
    await tx.run(sql`delete from site where organisation_id = ${own} and name = 'Riverside Clinic'`)
    await setTimeout(200)
  })
  await setTimeout(50)
  await expect(edit(id, { site: 'Riverside Clinic' })).rejects.toThrow(ValuesRefused)
  await removing
})

test('an account that is moved, withdrawn or left while its edit waits is edited as it is then, or not at all', async () => {
  const elsewhere = await makeOrganisation(portal, 'RW4')
  const cases = [
    [sql`organisation_id = ${elsewhere}`, NotFound],
    [sql`status = 'Withdrawn', local_id = null, local_id_key = null`, NotFound],
    [sql`status = 'Leaver'`, Conflict],
    [sql`job_title = 'Sister', version = version + 1`, null],
  ] as const
  for (const [change, refusal] of cases) {
    const id = await account()
    const waiting = Promise.withResolvers<void>()
    const changing = portal.database.transaction('everything', async (tx) => {
      await tx.run(sql`update account set ${change} where id = ${id}`)
      waiting.resolve()
      await setTimeout(200)
    })
    await waiting.promise
    const editing = edit(id, { title: 'Dr' })
    await (refusal ? expect(editing).rejects.toThrow(refusal) : editing)
    await changing
  }
})

test('who may read only, who is elsewhere, and whoever has left', async () => {
  const id = await account()
  await expect(edit(id, { jobTitle: 'x' }, 1, desk)).rejects.toThrow(Forbidden)
  await expect(edit(id, { jobTitle: 'x' }, 1, far)).rejects.toThrow(NotFound)
  await expect(edit(id, { jobTitle: 'x' }, 9)).rejects.toThrow(Conflict)
  const left = await account({ status: 'Leaver' })
  await expect(edit(left, { jobTitle: 'x' }, 1)).rejects.toThrow(/has left or was deleted/)
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update organisation set closed_at = now() where id = ${own}`),
  )
  await expect(edit(id, { jobTitle: 'x' }, 1)).rejects.toThrow(/is closed/)
})
