import sql from 'sql-template-tag'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { may } from '../../src/access/actor.ts'
import type { Role } from '../../src/access/permissions.ts'
import { startAction, type WantedAction } from '../../src/actions/start.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { BULK_ACTION_NAMES, BULK_ACTIONS, type BulkAction } from '../../src/changes/bulk-actions.ts'
import { cancelChangeSet } from '../../src/changes/cancel.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { findChangeSet, listChangeSets } from '../../src/changes/find-change-sets.ts'
import { accountHistory } from '../../src/changes/history/history.ts'
import { undoChangeSet } from '../../src/changes/history/undo.ts'
import type { ACCOUNT_STATUSES, AccountStatus } from '../../src/directory/account.ts'
import { type AccountSelection, MOST_NAMED } from '../../src/directory/selection.ts'
import { editAccount } from '../../src/edits/edit-account.ts'
import { Conflict, Forbidden, InvalidInput, NotFound } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { ROLES } from '../../src/roles.ts'
import { findRows } from '../../src/uploads/find-rows.ts'
import { makeAccount } from '../support/account.ts'
import { done, planned } from '../support/actions.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { applyPlanned, planUndoOf, takeBack } from '../support/undo.ts'
import { check, csv } from '../support/upload.ts'

let portal: Portal
let own: number
let code = ''
let gill: Actor
let ann: Actor
let hal: Actor
let rounds = 0

beforeAll(async () => {
  portal = await testPortal()
})

beforeEach(async () => {
  code = `RA${++rounds}`
  own = await makeOrganisation(portal, code)
  gill = await makeActor(portal, `gill${rounds}@x.example`, 'global-administrator')
  ann = await makeActor(portal, `ann${rounds}@x.example`, 'local-administrator', own)
  hal = await makeActor(portal, `hal${rounds}@x.example`, 'local-helpdesk', own)
})

afterAll(() => portal[Symbol.asyncDispose]())

// What becomes of an account of each status: `=` it is so already, `-` it can't be done.
const OUTCOMES: Record<Exclude<BulkAction, 'set'>, Record<(typeof ACCOUNT_STATUSES)[number], string>> = {
  disable: { Pending: 'Disabled', Active: 'Disabled', Disabled: '=', Leaver: '-', Deleted: '-' },
  enable: { Pending: 'Active', Active: '=', Disabled: 'Active', Leaver: '-', Deleted: '-' },
  leaver: { Pending: 'Leaver', Active: 'Leaver', Disabled: 'Leaver', Leaver: '=', Deleted: '-' },
  restore: { Pending: '-', Active: '=', Disabled: '-', Leaver: 'Active', Deleted: 'Active' },
  delete: { Pending: 'Deleted', Active: 'Deleted', Disabled: 'Deleted', Leaver: 'Deleted', Deleted: '=' },
}

describe.each(Object.entries(OUTCOMES))('%s', (name, outcomes) => {
  const action = name as BulkAction

  test.each(Object.entries(outcomes))('of an account that is %s: %s', async (status, outcome) => {
    const id = await person('1', { status: status as AccountStatus })
    const set = await done(portal, gill, wanted(action, { ids: [id] }))
    const { rows } = await findRows(portal, gill, set.id, { limit: 10 })
    if (outcome === '-') {
      expect(rows).toMatchObject([
        {
          action: 'error',
          accountId: id,
          result: 'failed',
          problems: [{ code: `is-${status.toLowerCase()}`, column: 'Status', value: status }],
        },
      ])
      expect(rows[0]?.problems[0]?.message).toMatch(/^(The person|The account) .+\. .+|^The account .+\.$/)
    } else if (outcome === '=') expect(rows).toMatchObject([{ action: 'unchanged', result: 'unchanged' }])
    else expect(rows).toMatchObject([{ result: 'updated', changes: [{ old: status, new: outcome }] }])
    expect(await statusOf(id)).toBe(outcome.length > 1 ? outcome : status)
    if (outcome.length === 1) return
    await takeBack(portal, gill, set.id)
    expect(await statusOf(id)).toBe(status)
  })
})

describe.each(ROLES)('a %s', (role) => {
  test('does what the table of permissions says, and nothing else', async () => {
    const actor = await makeActor(portal, `${role}${rounds}@x.example`, role as Role, own)
    const id = await person('1')
    for (const action of BULK_ACTION_NAMES) {
      const start = startAction(portal, actor, {
        ...wanted(action, { ids: [id] }),
        ...{ field: 'jobTitle', value: 'Nurse' },
      })
      if (may(actor, BULK_ACTIONS[action].permission)) expect(await start).toBeGreaterThan(0)
      else await expect(start).rejects.toThrow(Forbidden)
    }
  })
})

test('helpdesk makes, sees, confirms and takes back what disables and enables, and nothing else', async () => {
  const id = await person('1', { status: 'Active' })
  const disabling = await done(portal, hal, wanted('disable', { ids: [id] }))
  expect(disabling).toMatchObject({ status: 'completed', results: { updated: 1 } })
  const leaving = await planned(portal, ann, wanted('leaver', { ids: [id] }))
  const { upload } = await check(portal, ann, code, csv('LocalID,JobTitle', '1,Nurse'))
  expect((await listChangeSets(portal, hal, { limit: 9 })).changeSets.map((set) => set.id)).toEqual([
    disabling.id,
  ])
  for (const other of [leaving.id, upload.id]) {
    await expect(findChangeSet(portal, hal, other)).rejects.toThrow(NotFound)
    await expect(findRows(portal, hal, other, { limit: 1 })).rejects.toThrow(NotFound)
    await expect(confirmChangeSet(portal, hal, other)).rejects.toThrow(NotFound)
    await expect(cancelChangeSet(portal, hal, other)).rejects.toThrow(NotFound)
    await expect(undoChangeSet(portal, hal, other)).rejects.toThrow(NotFound)
  }
  const { entries } = await accountHistory(portal, hal, id, { limit: 9 })
  expect(entries).toMatchObject([{ kind: 'action', field: 'status', changeSet: disabling.id }])
  await takeBack(portal, hal, disabling.id)
  expect(await statusOf(id)).toBe('Active')
})

test('an auditor sees what helpdesk does, and does none of it', async () => {
  const aud = await makeActor(portal, `aud${rounds}@x.example`, 'auditor', own)
  const set = await planned(portal, hal, wanted('disable', { ids: [await person('1')] }))
  expect(await findChangeSet(portal, aud, set.id)).toMatchObject({ deed: { action: 'disable' } })
  await expect(confirmChangeSet(portal, aud, set.id)).rejects.toThrow(Forbidden)
  await expect(undoChangeSet(portal, aud, set.id)).rejects.toThrow(Forbidden)
})

test('who has lost the right by the apply changes nothing', async () => {
  const id = await person('1')
  const set = await planned(portal, hal, wanted('disable', { ids: [id] }))
  await confirmChangeSet(portal, hal, set.id)
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`delete from administrator_role where administrator_id = ${hal.administratorId}`),
  )
  await applyChangeSet(portal, { data: { changeSetId: set.id, organisationId: own } })
  expect(await findChangeSet(portal, ann, set.id)).toMatchObject({
    status: 'failed',
    reason: { code: 'rights-withdrawn' },
  })
  expect(await statusOf(id)).toBe('Active')
})

test('local IDs are told one by one, those too that nobody has, once each and in the order given', async () => {
  const [a, b] = [await person('00A1'), await person('B2', { status: 'Leaver' })]
  const set = await planned(
    portal,
    ann,
    wanted('disable', { localIds: ['x9', ' 00a1 ', 'B2', '00A1', 'X9', ''] }),
  )
  expect(set.counts).toMatchObject({ rows: 3, update: 1, error: 2 })
  const { rows } = await findRows(portal, ann, set.id, { limit: 10 })
  expect(rows).toMatchObject([
    {
      row: 1,
      accountId: null,
      localId: 'x9',
      problems: [
        {
          code: 'unknown-local-id',
          value: 'x9',
          message: 'Nobody in this organisation has the local ID “x9”. Check it, or leave it out.',
        },
      ],
    },
    { row: 2, accountId: a, localId: '00A1', action: 'update' },
    { row: 3, accountId: b, problems: [{ code: 'is-leaver' }] },
  ])
})

test('what is another organisation’s is told exactly as what isn’t there', async () => {
  const other = await makeOrganisation(portal, `${code}X`)
  const theirs = await makeAccount(portal, {
    ...{ organisationId: other, updatedBy: gill.administratorId, localId: 'T1' },
  })
  const gone = await person('W1', { status: 'Withdrawn' })
  for (const [there, nowhere] of [
    [{ ids: [theirs] }, { ids: [987_654] }],
    [{ ids: [gone] }, { ids: [987_654] }],
    [{ localIds: ['T1'] }, { localIds: ['N1'] }],
  ] satisfies [AccountSelection, AccountSelection][]) {
    const told = await Promise.all([there, nowhere].map((accounts) => rowsOf(wanted('disable', accounts))))
    const named = [there, nowhere].map((selection) => String(Object.values(selection).flat()[0]))
    expect(JSON.stringify(told[0]).replaceAll(named[0] as string, '?')).toBe(
      JSON.stringify(told[1]).replaceAll(named[1] as string, '?'),
    )
    expect(told[0]).toMatchObject([{ action: 'error', accountId: null, name: null }])
  }
  expect(await statusOf(theirs)).toBe('Active')
  await expect(
    startAction(portal, ann, { ...wanted('disable', { ids: [1] }), organisation: { id: other } }),
  ).rejects.toThrow(NotFound)
})

test('who matches a filter is settled by the planning, in the order of names', async () => {
  await person('1', { lastName: 'Zed', jobTitle: 'Porter' })
  const nurse = await person('2', { lastName: 'Young', jobTitle: 'Nurse' })
  const set = await planned(portal, ann, wanted('disable', { filter: { search: 'porter' } }))
  await person('3', { lastName: 'Abe', jobTitle: 'Porter' })
  await applyPlanned(portal, ann, set.id)
  expect(await statuses()).toEqual({ 1: 'Disabled', 2: 'Active', 3: 'Active' })
  const all = await planned(portal, ann, wanted('leaver', { filter: {} }))
  const { rows } = await findRows(portal, ann, all.id, { limit: 10 })
  expect(rows.map(({ localId }) => localId)).toEqual(['3', '2', '1'])
  expect(rows[1]).toMatchObject({ accountId: nurse })
  expect(await storedSelection(all.id)).toEqual({ action: 'leaver' })
})

test('a filter that nobody matches comes to a plan without rows', async () => {
  const set = await planned(portal, ann, wanted('disable', { filter: { search: 'nobody' } }))
  expect(set).toMatchObject({ status: 'checked', counts: { rows: 0 } })
})

test('of two at once on the same people, each account is changed once', async () => {
  const ids = [await person('1'), await person('2')]
  const sets = [
    await planned(portal, ann, wanted('disable', { ids })),
    await planned(portal, hal, wanted('disable', { ids })),
    await planned(portal, ann, wanted('leaver', { ids: ids.slice(0, 1) })),
  ]
  for (const [at, actor] of [ann, hal, ann].entries())
    await applyPlanned(portal, actor, sets[at]?.id as number)
  const results = await Promise.all(
    sets.map(async ({ id }) => (await findChangeSet(portal, ann, id)).results),
  )
  expect(results).toMatchObject([{ updated: 2 }, { unchanged: 2 }, { failed: 1 }])
  expect(await statuses()).toEqual({ 1: 'Disabled', 2: 'Disabled' })
})

test('what an undo finds changed since is kept', async () => {
  const ids = [await person('1'), await person('2')]
  const set = await done(portal, ann, wanted('disable', { ids }))
  await done(portal, ann, wanted('leaver', { ids: ids.slice(0, 1) }))
  const undo = await planUndoOf(portal, ann, set.id)
  expect((await findChangeSet(portal, ann, undo)).counts).toMatchObject({ update: 1, kept: 1 })
  await applyPlanned(portal, ann, undo)
  expect(await statuses()).toEqual({ 1: 'Leaver', 2: 'Active' })
})

test('who was deleted too long ago doesn’t come back', async () => {
  const ids = [await person('1', { status: 'Deleted' }), await person('2', { status: 'Deleted' })]
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update account set status_changed_at = now() - case id when ${ids[0]} then interval '31 days'
      else interval '29 days' end where id = any(${ids}::bigint[])`),
  )
  const rows = await rowsOf(wanted('restore', { ids }))
  expect(rows).toMatchObject([{ problems: [{ code: 'deleted-too-long' }] }, { action: 'update' }])
})

describe('one field for many', () => {
  test('gets one value by the rules of every value, and goes back', async () => {
    const ids = [
      await person('1', { site: 'Main Hospital' }),
      await person('2', { site: 'Riverside Clinic' }),
      await person('3', { status: 'Leaver' }),
    ]
    const set = await done(portal, ann, {
      ...wanted('set', { ids }),
      ...{ field: 'site', value: `${code.toLowerCase()}02` },
    })
    expect(set).toMatchObject({
      deed: { action: 'set', field: 'site', value: 'Riverside Clinic' },
      fields: ['site'],
      results: { updated: 1, unchanged: 1, failed: 1 },
    })
    expect(await sites()).toEqual(['Riverside Clinic', 'Riverside Clinic', null])
    await takeBack(portal, ann, set.id)
    expect(await sites()).toEqual(['Main Hospital', 'Riverside Clinic', null])
  })

  test('is emptied, or is yes or no', async () => {
    const ids = [await person('1', { jobTitle: 'Nurse' })]
    for (const [field, value] of [
      ['jobTitle', ' '],
      ['hideMobile', 'yes'],
      ['hideFromDirectory', true],
    ] as const) {
      const set = await done(portal, ann, { ...wanted('set', { ids }), field, value })
      expect(set.results).toMatchObject({ updated: 1 })
    }
    const found = await portal.database.transaction('everything', (tx) =>
      tx.row(sql`select job_title as job, hide_mobile as mobile, hide_from_directory as entry from account
        where id = ${ids[0]}`),
    )
    expect(found).toEqual({ job: null, mobile: true, entry: true })
  })

  test.each([
    ['firstName', 'Jane', 'cannot-set'],
    ['localId', '7', 'cannot-set'],
    ['mobile', '07700 900123', 'cannot-set'],
    ['secondaryEmail', 'a@b.example', 'cannot-set'],
    ['organisationalUnit', 'Surgery', 'cannot-set'],
    ['status', 'Active', 'cannot-set'],
    ['nonsense', 'x', 'cannot-set'],
    ['title', 'x'.repeat(36), 'too-long'],
    ['site', 'Nowhere', 'unknown-site'],
    ['hideMobile', 'perhaps', 'not-yes-or-no'],
    ['hideMobile', null, 'not-yes-or-no'],
  ])('%s to %s is refused', async (field, value, problem) => {
    const start = startAction(portal, ann, { ...wanted('set', { ids: [1] }), field, value })
    await expect(start).rejects.toMatchObject({ name: InvalidInput.name, code: problem })
  })

  test('isn’t written to somebody who left since the plan', async () => {
    const id = await person('1')
    const set = await planned(portal, ann, { ...wanted('set', { ids: [id] }), field: 'title', value: 'Dr' })
    await done(portal, ann, wanted('leaver', { ids: [id] }))
    await applyPlanned(portal, ann, set.id)
    expect((await findChangeSet(portal, ann, set.id)).results).toMatchObject({ failed: 1, updated: 0 })
  })

  test('is written beside what somebody else changed since', async () => {
    const id = await person('1')
    const set = await planned(portal, ann, { ...wanted('set', { ids: [id] }), field: 'title', value: 'Dr' })
    await editAccount(portal, ann, id, { values: { jobTitle: 'Matron' } })
    await applyPlanned(portal, ann, set.id)
    expect((await findChangeSet(portal, ann, set.id)).results).toMatchObject({ updated: 1 })
  })
})

test('nobody, too many, and a closed organisation are refused', async () => {
  const start = (accounts: AccountSelection) => startAction(portal, ann, wanted('disable', accounts))
  await expect(start({ ids: [] })).rejects.toThrow(InvalidInput)
  await expect(start({ localIds: [' '] })).rejects.toThrow(InvalidInput)
  const many = Array.from({ length: MOST_NAMED + 1 }, (_, at) => at + 1)
  await expect(start({ ids: many })).rejects.toThrow(/100,001 people; at most 100,000/)
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update organisation set closed_at = now() where id = ${own}`),
  )
  await expect(start({ ids: [1] })).rejects.toThrow(Conflict)
})

function wanted(action: BulkAction, accounts: AccountSelection): WantedAction {
  return { organisation: { id: own }, action, accounts }
}

function person(localId: string, more: Partial<Parameters<typeof makeAccount>[1]> = {}): Promise<number> {
  return makeAccount(portal, {
    ...{ organisationId: own, updatedBy: gill.administratorId, localId, firstName: 'Jo' },
    ...{ lastName: `Doe ${localId}`, ...more },
  })
}

async function rowsOf(action: WantedAction) {
  const { id } = await planned(portal, ann, action)
  return (await findRows(portal, ann, id, { limit: 10 })).rows
}

async function statusOf(id: number): Promise<string | undefined> {
  const row = await portal.database.transaction('everything', (tx) =>
    tx.row<{ status: string }>(sql`select status from account where id = ${id}`),
  )
  return row?.status
}

async function statuses(): Promise<Record<string, string>> {
  const rows = await portal.database.transaction([own], (tx) =>
    tx.rows<{ id: string; status: string }>(sql`select local_id as id, status from account`),
  )
  return Object.fromEntries(rows.map(({ id, status }) => [id, status]))
}

async function sites(): Promise<(string | null)[]> {
  const rows = await portal.database.transaction([own], (tx) =>
    tx.rows<{ site: string | null }>(sql`select site from account order by id`),
  )
  return rows.map(({ site }) => site)
}

async function storedSelection(id: number): Promise<object | undefined> {
  const row = await portal.database.transaction('everything', (tx) =>
    tx.row<{ selection: object }>(sql`select selection from change_set where id = ${id}`),
  )
  return row?.selection
}
