import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { findChangeSet, listChangeSets } from '../../src/changes/find-change-sets.ts'
import { findAccount, findAccounts } from '../../src/directory/find-accounts.ts'
import { findDue } from '../../src/directory/find-due.ts'
import { addAccount } from '../../src/edits/add-account.ts'
import { editAccount } from '../../src/edits/edit-account.ts'
import { takeSteps } from '../../src/lifecycle/take-steps.ts'
import type { Portal } from '../../src/portal.ts'
import { reportText } from '../../src/reports/report-file.ts'
import { resultSentences } from '../../src/results/result-sentences.ts'
import { dayAt } from '../../src/words.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { takeBack } from '../support/undo.ts'
import { apply, check, create, csv, somebody } from '../support/upload.ts'

let portal: Portal
let own: number
let ann: Actor

beforeAll(async () => {
  portal = await testPortal()
  own = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', own)
})
afterAll(() => portal[Symbol.asyncDispose]())

/** A day so many days from now, such as 2026-12-01. */
function inDays(days: number): string {
  return dayAt(new Date(Date.now() + days * 24 * 3600_000))
}

async function account(localId: string) {
  const { accounts } = await findAccounts(portal, ann, { localId, limit: 1 })
  return findAccount(portal, ann, accounts[0]?.id as number)
}

/** As if the days had gone by: nobody's clock is asked what a start date is. */
async function comeTo(localId: string, daysAgo: number): Promise<void> {
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update account set starts_on = ${inDays(-daysAgo)} where local_id = ${localId}`),
  )
}

async function daily(): Promise<number[]> {
  await takeSteps(portal)
  const { changeSets } = await listChangeSets(portal, ann, { kind: 'lifecycle', limit: 50 })
  for (const { id, status } of changeSets)
    if (status !== 'completed')
      await applyChangeSet(portal, { data: { changeSetId: id, organisationId: own } })
  return changeSets.map(({ id }) => id)
}

/** The daily steps of today are those of yesterday. */
async function nextDay(): Promise<void> {
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update change_set set day = day - 1 where step is not null`),
  )
}

const START = 'LocalID,FirstName,LastName,Mobile,Start date'

test('a file makes whoever starts later pending, and whoever has started active', async () => {
  const rows = [`${somebody(1)},${inDays(1)}`, `${somebody(2)},${inDays(0)}`, `${somebody(3)},`]
  await create(portal, ann, 'RX1', csv(START, ...rows.map((row, at) => `${at + 1},${row}`)))
  expect(await account('1')).toMatchObject({ status: 'Pending', startsOn: inDays(1) })
  expect(await account('2')).toMatchObject({ status: 'Active', startsOn: inDays(0) })
  expect(await account('3')).toMatchObject({ status: 'Active', startsOn: null })
})

test('so does the form, and an export sent back changes nothing', async () => {
  const values = { localId: '4', firstName: 'Wilma', lastName: 'Later', mobile: '07700 900444' }
  const { accountId } = await addAccount(
    portal,
    ann,
    { code: 'RX1' },
    {
      values: { ...values, startsOn: inDays(5) },
    },
  )
  expect(await findAccount(portal, ann, accountId)).toMatchObject({ status: 'Pending', startsOn: inDays(5) })
  const { rows } = await check(portal, ann, 'RX1', csv('LocalID,StartsOn', `4,${inDays(5)}`))
  expect(rows).toMatchObject([{ action: 'unchanged' }])
  await expect(
    addAccount(portal, ann, { code: 'RX1' }, { values: { ...values, localId: '5', startsOn: '31/02/2026' } }),
  ).rejects.toThrow()
})

test('who starts within the days is announced', async () => {
  expect(await findDue(portal, ann, own)).toEqual([{ status: 'Pending', accounts: 2 }])
  let text = ''
  for await (const piece of reportText(portal, ann, { kind: 'due', organisationCode: 'RX1' })) text += piece
  expect(text).toMatch(new RegExp(`,Pending,,Active,${inDays(1)}\r\n`))
})

test('on the day they are active, once; taken back they are pending, until they are enabled or another day comes', async () => {
  expect(await daily()).toEqual([])
  await comeTo('1', 0)
  await comeTo('4', 2) // what a day missed is made up
  const [made] = await daily()
  expect(resultSentences(await findChangeSet(portal, ann, made as number))).toEqual([
    '2 pending accounts have become active',
  ])
  expect(await account('1')).toMatchObject({ status: 'Active' })
  expect(await account('4')).toMatchObject({ status: 'Active' })
  expect(await daily()).toEqual([made])
  await takeBack(portal, ann, made as number)
  expect([(await account('1')).status, (await account('4')).status]).toEqual(['Pending', 'Pending'])
  expect(await findDue(portal, ann, own)).toEqual([])
  expect(await daily()).toEqual([made])
  await nextDay()
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update account set starts_on = ${inDays(-1)} where local_id = '1'`),
  )
  expect(await daily()).toEqual([made]) // it was made active on that day already
  await editAccount(portal, ann, (await account('1')).id, { values: { startsOn: inDays(0) } })
  expect(await daily()).toHaveLength(2)
  expect(await account('1')).toMatchObject({ status: 'Active' })
  expect(await account('4')).toMatchObject({ status: 'Pending' })
})

test('a day that could be another is told, unless the account has the one or the other', async () => {
  const upload = (cell: string) => check(portal, ann, 'RX1', csv('LocalID,StartsOn', `3,${cell}`))
  const first = await upload('01/12/2020')
  expect(first.rows).toMatchObject([
    {
      action: 'update',
      changes: [{ field: 'startsOn', new: '2020-12-01' }],
      problems: [{ code: 'day-or-month-first' }],
    },
  ])
  await apply(portal, ann, first.upload)
  expect((await upload('01/12/2020')).rows).toMatchObject([{ action: 'unchanged', problems: [] }])
  expect((await upload('12/01/2020')).rows).toMatchObject([{ problems: [{ code: 'day-or-month-first' }] }])
  expect((await upload('12/01/2020')).rows[0]?.action).not.toBe('update')
})
