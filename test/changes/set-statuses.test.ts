import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { accountHistory } from '../../src/changes/history.ts'
import { setStatuses } from '../../src/changes/set-statuses.ts'
import type { AccountStatus } from '../../src/directory/account.ts'
import { findAccount } from '../../src/directory/find-accounts.ts'
import type { Portal } from '../../src/portal.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

const AT = new Date('2026-11-22T09:00:00Z')

let portal: Portal
let own: number
let pat: Actor
let everyone: Actor

beforeAll(async () => {
  portal = await testPortal()
  own = await makeOrganisation(portal, 'RX1')
  pat = await makeActor(portal, 'pat@x.example', 'local-administrator', own)
  everyone = await makeActor(portal, 'all@x.example', 'global-administrator')
})
afterAll(() => portal[Symbol.asyncDispose]())

function set(wanted: Map<number, AccountStatus>): Promise<void> {
  return portal.database.transaction([own], (tx) =>
    setStatuses(tx, { organisationId: own, by: pat.administratorId, at: AT }, wanted),
  )
}

test('a status is changed by an edit that the history shows', async () => {
  const by = { organisationId: own, updatedBy: everyone.administratorId }
  const mary = await makeAccount(portal, { ...by, localId: '1' })
  const lee = await makeAccount(portal, { ...by, localId: '2' })
  await set(
    new Map([
      [mary, 'Leaver'],
      [lee, 'Active'],
    ]),
  )
  expect(await findAccount(portal, pat, mary)).toMatchObject({
    status: 'Leaver',
    version: 2,
    updatedAt: AT,
    updatedBy: 'pat@x.example',
  })
  expect(await findAccount(portal, pat, lee)).toMatchObject({ status: 'Active', version: 1 })
  const { entries } = await accountHistory(portal, pat, mary, { limit: 5 })
  expect(entries).toEqual([
    {
      at: AT,
      by: 'pat@x.example',
      field: 'status',
      old: 'Active',
      new: 'Leaver',
      upload: null,
      filename: null,
      row: null,
    },
  ])
  await set(new Map([[mary, 'Leaver']]))
  expect((await findAccount(portal, pat, mary)).version).toBe(2)
})

test('an account of another organisation is passed over', async () => {
  const other = await makeOrganisation(portal, 'RX2')
  const ann = await makeAccount(portal, {
    organisationId: other,
    updatedBy: everyone.administratorId,
    localId: '1',
  })
  await set(new Map([[ann, 'Deleted']]))
  expect((await findAccount(portal, everyone, ann)).status).toBe('Active')
})
