import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { findChangeSet } from '../../src/changes/find-change-sets.ts'
import { accountHistory } from '../../src/changes/history/history.ts'
import { findAccount } from '../../src/directory/find-accounts.ts'
import type { Portal } from '../../src/portal.ts'
import { findLeaver } from '../../src/transfers/find-leaver.ts'
import { joinLeaver } from '../../src/transfers/join.ts'
import { makeAccount } from '../support/account.ts'
import { setAsItIs } from '../support/change-sets.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { takeBack } from '../support/undo.ts'

let portal: Portal
let rounds = 0
let [own, other]: [number, number] = [0, 0]
let [here, there]: [string, string] = ['', '']
let ann: Actor
let zoe: Actor
let leaver: number
let address: string

beforeAll(async () => {
  portal = await testPortal()
})

beforeEach(async () => {
  rounds++
  ;[here, there] = [`RA${rounds}`, `ZB${rounds}`]
  own = await makeOrganisation(portal, here)
  other = await makeOrganisation(portal, there, { sites: [{ code: 'N', name: 'North House' }] })
  ann = await makeActor(portal, `ann${rounds}@x.example`, 'local-administrator', own)
  zoe = await makeActor(portal, `zoe${rounds}@x.example`, 'local-administrator', other)
  address = `jo.doe${rounds}@staff.example`
  leaver = await person('A1', { status: 'Leaver', site: 'Main Hospital', jobTitle: 'Nurse', address })
})

afterAll(() => portal[Symbol.asyncDispose]())

test('a leaver is found by an address and their former local ID, and joins, active, with their past', async () => {
  const found = await findLeaver(portal, zoe, {
    to: there,
    emailAddress: ` ${address.toUpperCase()}`,
    formerLocalId: 'a1',
  })
  expect(found).toMatchObject({
    id: leaver,
    displayName: `DOE, Jo (${here})`,
    jobTitle: 'Nurse',
    from: { code: here },
  })
  const { accountId, changeSet } = await joinLeaver(portal, zoe, wanted({ site: 'north house' }))
  expect(accountId).toBe(leaver)
  expect(await findAccount(portal, zoe, leaver)).toMatchObject({
    ...{ status: 'Active', organisation: { code: there }, localId: 'Z9', site: 'North House', address },
  })
  await expect(findAccount(portal, ann, leaver)).rejects.toThrow('no such account')
  const { entries } = await accountHistory(portal, zoe, leaver, { limit: 9 })
  expect(entries.map(({ field }) => field).sort()).toEqual(['localId', 'organisation', 'site', 'status'])
  expect(await findChangeSet(portal, ann, changeSet)).toMatchObject({
    kind: 'transfer',
    results: { updated: 1 },
  })
})

test('who doesn’t know both learns nothing, and may not try for long', async () => {
  const somebody = await person('A2', { address: `mia${rounds}@staff.example` })
  expect(somebody).toBeGreaterThan(0)
  const tries = [
    { emailAddress: address, formerLocalId: 'A2' },
    { emailAddress: `mia${rounds}@staff.example`, formerLocalId: 'A2' }, // hasn't left
    { emailAddress: 'nobody@staff.example', formerLocalId: 'A1' },
  ]
  const said = await Promise.all(
    tries.map((each) => said400(() => findLeaver(portal, zoe, { to: there, ...each }))),
  )
  expect(new Set(said).size).toBe(1)
  expect(said[0]).toContain('Nobody who has left is found')
  for (let n = 0; n < 7; n++) await said400(() => joinLeaver(portal, zoe, wanted({ formerLocalId: 'X' })))
  expect(
    await said400(() => findLeaver(portal, zoe, { to: there, emailAddress: address, formerLocalId: 'A1' })),
  ).toContain('too many attempts')
})

test('nobody joins where the local ID is taken, without the right, or their own organisation', async () => {
  await person('z9', { organisationId: other })
  await expect(joinLeaver(portal, zoe, wanted())).rejects.toThrow('is taken at')
  await expect(joinLeaver(portal, zoe, wanted({ localId: 'Z8', site: 'Main Hospital' }))).rejects.toThrow(
    'Main Hospital',
  )
  await expect(joinLeaver(portal, ann, wanted())).rejects.toThrow('no such organisation')
  await expect(joinLeaver(portal, ann, wanted({ to: here }))).rejects.toThrow('Restore the account')
  const helper = await makeActor(portal, `help${rounds}@x.example`, 'local-helpdesk', other)
  await expect(joinLeaver(portal, helper, wanted())).rejects.toThrow('Your role does not allow this')
})

test('of two who take on the same leaver at once, one does', async () => {
  const third = await makeOrganisation(portal, `QC${rounds}`)
  const max = await makeActor(portal, `max${rounds}@x.example`, 'local-administrator', third)
  const both = await Promise.allSettled([
    joinLeaver(portal, zoe, wanted()),
    joinLeaver(portal, max, wanted({ to: `QC${rounds}` })),
  ])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const failed = both.find((one) => one.status === 'rejected')
  expect(String(failed?.reason)).toContain('Nobody who has left')
})

test('a join is taken back: they have left again, where they left', async () => {
  const { changeSet } = await joinLeaver(portal, zoe, wanted())
  const all = await makeActor(portal, `all${rounds}@x.example`, 'local-administrator', own, other)
  const undo = await takeBack(portal, all, changeSet)
  expect(await setAsItIs(portal, undo)).toMatchObject({ results: { updated: 1 } })
  expect(await findAccount(portal, ann, leaver)).toMatchObject({
    ...{ status: 'Leaver', organisation: { code: here }, localId: 'A1', site: 'Main Hospital' },
  })
})

function wanted(more: Partial<Parameters<typeof joinLeaver>[2]> = {}) {
  return { to: there, emailAddress: address, formerLocalId: 'A1', localId: 'Z9', ...more }
}

async function said400(work: () => Promise<unknown>): Promise<string> {
  return work().then(
    () => 'it went well',
    (error: Error) => error.message,
  )
}

function person(localId: string, more: Partial<Parameters<typeof makeAccount>[1]> = {}): Promise<number> {
  return makeAccount(portal, {
    ...{ organisationId: own, updatedBy: ann.administratorId, firstName: 'Jo', lastName: 'Doe' },
    ...{ localId, ...more },
  })
}
