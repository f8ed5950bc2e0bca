import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { DEFAULT_DAYS, dueOf } from '../../src/directory/due.ts'
import { findAccounts } from '../../src/directory/find-accounts.ts'
import { findDue } from '../../src/directory/find-due.ts'
import { NotFound } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { reportText } from '../../src/reports/report-file.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

const DAY = 24 * 3600_000

let portal: Portal
let own: number
let ann: Actor

beforeAll(async () => {
  portal = await testPortal()
  own = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@rx1.example', 'auditor', own)
  const other = await makeOrganisation(portal, 'RX2')
  const people = [
    ...[
      { localId: 'soon', status: 'Leaver', days: 23 },
      { localId: 'later', status: 'Leaver', days: 22 },
      { localId: 'gone', status: 'Deleted', days: 29 },
      { localId: 'stays', status: 'Disabled', days: 200 },
    ].map((person) => ({ ...person, organisationId: own })),
    { localId: 'elsewhere', status: 'Leaver', days: 29, organisationId: other },
  ] as const
  for (const { days, ...person } of people) {
    const id = await makeAccount(portal, {
      ...{ ...person, status: person.status as 'Leaver', updatedBy: ann.administratorId },
      ...{ firstName: 'Lena', lastName: 'Ver' },
    })
    const since = new Date(Date.now() - days * DAY)
    await portal.database.transaction('everything', (tx) =>
      tx.run(sql`update account set status_changed_at = ${since} where id = ${id}`),
    )
  }
})
afterAll(() => portal[Symbol.asyncDispose]())

test.each([
  { status: 'Leaver', since: '2026-11-01T09:00:00Z', becomes: 'Deleted', on: '2026-12-01' },
  { status: 'Deleted', since: '2026-11-01T09:00:00Z', becomes: 'Removed', on: '2026-12-01' },
  // The days are London’s, also where the clocks change meanwhile.
  { status: 'Leaver', since: '2026-10-09T23:30:00Z', becomes: 'Deleted', on: '2026-11-09' },
  { status: 'Leaver', since: '2026-12-31T23:59:00Z', becomes: 'Deleted', on: '2027-01-30' },
] as const)('a $status of $since becomes $becomes on $on', ({ status, since, becomes, on }) => {
  expect(dueOf({ status, statusChangedAt: new Date(since), startsOn: null }, DEFAULT_DAYS)).toEqual({
    becomes,
    on,
  })
})

test('nothing becomes by itself of who is there, nor where it isn’t known since when', () => {
  expect(dueOf({ status: 'Active', statusChangedAt: new Date(), startsOn: null }, DEFAULT_DAYS)).toBeNull()
  expect(dueOf({ status: 'Leaver', statusChangedAt: null, startsOn: null }, DEFAULT_DAYS)).toBeNull()
})

test('the report names whom something becomes of within seven days, with the day', async () => {
  let text = ''
  for await (const piece of reportText(portal, ann, { kind: 'due', organisationCode: 'RX1' })) text += piece
  const [headings, ...rows] = text.trim().split('\r\n')
  expect(headings).toBe('ID,LocalID,DisplayName,EmailAddress,Status,StatusSince,Becomes,BecomesOn')
  expect(rows.map((row) => row.replace(/^\d+,/, ''))).toEqual([
    expect.stringMatching(/^soon,"VER, Lena \(RX1\)",,Leaver,[\d-]{10},Deleted,[\d-]{10}$/),
    expect.stringMatching(/^gone,"VER, Lena \(RX1\)",,Deleted,[\d-]{10},Removed,[\d-]{10}$/),
  ])
  await expect(
    reportText(portal, ann, { kind: 'due', organisationCode: 'RX2' })[Symbol.asyncIterator]().next(),
  ).rejects.toThrow(NotFound)
})

test('they are counted for the first page, and the list finds them', async () => {
  expect(await findDue(portal, ann, own)).toEqual([
    { status: 'Leaver', accounts: 1 },
    { status: 'Deleted', accounts: 1 },
  ])
  const { accounts } = await findAccounts(portal, ann, {
    ...{ organisationId: own, status: ['Leaver', 'Deleted'], dueWithin: 8, limit: 10 },
  })
  expect(accounts.map(({ localId }) => localId).sort()).toEqual(['gone', 'later', 'soon'])
})
