import sql from 'sql-template-tag'
import { afterAll, beforeEach, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { InvalidInput, NotFound } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { failReport, listReports, runReport } from '../../src/reports/run.ts'
import { findWeekly, startWeekly, stopWeekly, wishWeekly } from '../../src/reports/weekly.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

let portal: Portal
let own: number
let ann: Actor
let others = 0

beforeEach(async () => {
  portal ??= await testPortal({ publicUrl: 'https://muster.example', mailDomain: 'staff.example' })
  others++
  own = await makeOrganisation(portal, `RX${others}`)
  ann = await makeActor(portal, `ann${others}@x.example`, 'local-administrator', own)
  await makeAccount(portal, {
    ...{ organisationId: own, updatedBy: ann.administratorId, firstName: 'Zoë', lastName: 'Secret' },
  })
})
afterAll(() => portal[Symbol.asyncDispose]())

const wish = (kind: string, given = {}) =>
  wishWeekly(portal, ann, { kind, organisationCode: `RX${others}`, given })
const wishes = () => findWeekly(portal, ann, { organisationId: own })
const runs = () => listReports(portal, ann, { organisationId: own })

function mails(): Promise<{ to: string; subject: string; text: string }[]> {
  return portal.database.transaction('everything', (tx) =>
    tx.rows(
      sql`select to_address as to, subject, text from mail where to_address = ${ann.email} order by id`,
    ),
  )
}

/** As if it had been wished a week ago. */
async function aWeekLater(): Promise<void> {
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update weekly_report set week = week - 7`),
  )
}

async function runAll(): Promise<void> {
  for (const { id } of await runs())
    await runReport(portal, { data: { reportRunId: id, organisationId: own } })
}

test('what is wished is made from the next Monday on, once a week, and told with a link and no name', async () => {
  await wish('without-local-id')
  await wish('without-local-id')
  expect(await wishes()).toHaveLength(1)
  await startWeekly(portal)
  expect(await runs()).toEqual([])

  await aWeekLater()
  await Promise.all([startWeekly(portal), startWeekly(portal), startWeekly(portal)])
  await startWeekly(portal)
  expect(await runs()).toMatchObject([{ kind: 'without-local-id', requestedBy: { id: ann.administratorId } }])
  expect(await mails()).toEqual([])
  await runAll()
  await runAll()
  const [run] = await runs()
  const sent = await mails()
  expect(sent).toMatchObject([
    { to: ann.email, subject: `Weekly report: Accounts without a local ID, RX${others} Trust` },
  ])
  expect(sent[0]?.text).toContain(`https://muster.example/reports/${run?.id}`)
  expect(JSON.stringify(sent)).not.toMatch(/Secret|Zoë/i)
  await startWeekly(portal)
  expect(await runs()).toHaveLength(1)
})

test('what a Monday missed is made up once, however many there were', async () => {
  await wish('mailbox', { site: 'Main Hospital' })
  for (let week = 0; week < 4; week++) await aWeekLater()
  await startWeekly(portal)
  await startWeekly(portal)
  expect(await runs()).toMatchObject([{ parameters: { site: 'Main Hospital' } }])
})

test('a report of a period is of the week before', async () => {
  await wish('changes', { from: '2026-01-01', to: '2026-01-02', through: 'upload' })
  expect(await wishes()).toMatchObject([{ parameters: { through: 'upload' } }])
  await aWeekLater()
  await startWeekly(portal)
  const [run] = await runs()
  const { from = '', to = '' } = run?.parameters ?? {}
  expect([from, to].map((day) => new Date(`${day}T00:00:00Z`).getUTCDay())).toEqual([1, 0])
  expect(Date.parse(to) - Date.parse(from)).toBe(6 * 24 * 3600_000)
  expect(Date.parse(to)).toBeLessThan(Date.now())
})

test('it ends when it is stopped, and when the rights end', async () => {
  await wish('mailbox')
  await wish('uploads')
  const [first] = await wishes()
  const bob = await makeActor(portal, `bob${others}@x.example`, 'local-administrator', own)
  await expect(stopWeekly(portal, bob, first?.id as number)).rejects.toThrow(NotFound)
  await stopWeekly(portal, ann, first?.id as number)
  await expect(stopWeekly(portal, ann, first?.id as number)).rejects.toThrow(NotFound)
  expect(await wishes()).toMatchObject([{ kind: 'uploads' }])

  await portal.database.transaction('everything', (tx) =>
    tx.run(
      sql`update administrator_role set role = 'local-helpdesk' where administrator_id = ${ann.administratorId}`,
    ),
  )
  await aWeekLater()
  await startWeekly(portal)
  expect(await wishes()).toEqual([])
  expect(await mails()).toEqual([])
})

test('rights that end while it is made send nothing; what fails is told', async () => {
  await wish('mailbox')
  await aWeekLater()
  await startWeekly(portal)
  const [run] = await runs()
  await failReport(portal, { reportRunId: run?.id as number, organisationId: own }, 'failed')
  expect(await mails()).toMatchObject([{ subject: expect.stringContaining('could not be made') }])

  await aWeekLater()
  await startWeekly(portal)
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`delete from administrator_role where administrator_id = ${ann.administratorId}`),
  )
  const ended = await portal.database.transaction('everything', (tx) =>
    tx.rows<{ id: number }>(
      sql`select id from report_run where organisation_id = ${own} and status = 'running'`,
    ),
  )
  for (const { id } of ended) await runReport(portal, { data: { reportRunId: id, organisationId: own } })
  expect(ended).toHaveLength(1)
  expect(await mails()).toHaveLength(1)
})

test('what can’t be asked for can’t be wished', async () => {
  await expect(wish('mailbox', { site: 'Nowhere' })).rejects.toThrow(InvalidInput)
  await expect(wish('no-such-report')).rejects.toThrow(NotFound)
})
