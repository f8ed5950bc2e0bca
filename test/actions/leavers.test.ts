import sql from 'sql-template-tag'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { actorFor } from '../../src/access/administrators.ts'
import { startSession } from '../../src/access/sessions.ts'
import { createToken } from '../../src/access/tokens.ts'
import type { WantedAction } from '../../src/actions/start.ts'
import type { BulkAction } from '../../src/changes/bulk-actions.ts'
import type { Portal } from '../../src/portal.ts'
import { sendChangeResults } from '../../src/results/send-change-results.ts'
import { findRows } from '../../src/uploads/find-rows.ts'
import { makeAccount } from '../support/account.ts'
import { done, planned } from '../support/actions.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { takeBack } from '../support/undo.ts'

let portal: Portal
let own: number
let other: number
let gill: Actor
let ann: Actor
let rounds = 0

beforeAll(async () => {
  portal = await testPortal({ mailDomain: 'staff.example' })
})

beforeEach(async () => {
  own = await makeOrganisation(portal, `RL${++rounds}`)
  other = await makeOrganisation(portal, `RM${rounds}`)
  gill = await makeActor(portal, `gill${rounds}@x.example`, 'global-administrator')
  ann = await makeActor(portal, `ann${rounds}@x.example`, 'local-administrator', own)
})

afterAll(() => portal[Symbol.asyncDispose]())

test('who administers the organisation under one of a leaver’s addresses does so no more, and says so before', async () => {
  const jane = await makeActor(portal, `jane${rounds}@staff.example`, 'local-administrator', own, other)
  const id = await person('1', {
    address: `jane.doe${rounds}@staff.example`,
    otherAddresses: [`jane${rounds}@staff.example`],
  })
  const set = await planned(portal, ann, wanted('leaver', [id, await person('2')]))
  expect(set.counts).toMatchObject({ update: 2, warned: 1, warnings: { 'loses-role': 1 } })
  const { rows } = await findRows(portal, ann, set.id, { limit: 9 })
  expect(rows[0]?.problems).toMatchObject([{ code: 'loses-role', value: `jane${rounds}@staff.example` }])
  await done(portal, ann, wanted('leaver', [id]))
  expect((await actorFor(portal, jane.administratorId))?.grants).toEqual([
    { role: 'local-administrator', organisationId: other },
  ])
})

test('a role isn’t given back by taking it back, and nobody who was a leaver already loses one', async () => {
  const jane = await makeActor(portal, `jane${rounds}@staff.example`, 'local-helpdesk', own)
  const id = await person('1', { address: `jane${rounds}@staff.example`, status: 'Leaver' })
  await done(portal, ann, wanted('leaver', [id]))
  expect((await actorFor(portal, jane.administratorId))?.grants).toHaveLength(1)
  const restored = await done(portal, ann, wanted('restore', [id]))
  await takeBack(portal, ann, restored.id)
  expect((await actorFor(portal, jane.administratorId))?.grants).toEqual([])
  expect((await actorFor(portal, gill.administratorId))?.grants).toHaveLength(1)
})

test('whoever has no role left is signed out everywhere, and their tokens end', async () => {
  const jane = await makeActor(portal, `jane${rounds}@staff.example`, 'local-helpdesk', own)
  await startSession(portal, jane.administratorId)
  await createToken(portal, jane.email)
  const left = () =>
    portal.database.transaction('everything', (tx) =>
      tx.row(sql`select (select count(*) from session where administrator_id = ${jane.administratorId}) as sessions,
        (select count(*) from api_token where administrator_id = ${jane.administratorId} and revoked_at is null) as tokens`),
    )
  expect(await left()).toEqual({ sessions: 1, tokens: 1 })
  await done(portal, ann, wanted('leaver', [await person('1', { address: jane.email })]))
  expect(await left()).toEqual({ sessions: 0, tokens: 0 })
})

test('leavers are told once at their other address, and those without one aren’t', async () => {
  const ids = [
    await person('1', { secondaryEmail: `jo${rounds}@home.example` }),
    await person('2'),
    await person('3', { secondaryEmail: `al${rounds}@home.example`, status: 'Leaver' }),
  ]
  const set = await done(portal, ann, wanted('leaver', ids))
  await takeBack(portal, ann, set.id)
  const mails = await mailTo('%@home.example')
  expect(mails).toMatchObject([
    {
      to: `jo${rounds}@home.example`,
      subject: `RL${rounds} Trust has marked your directory entry as a leaver’s`,
    },
  ])
  expect(mails[0]?.text).toContain('they can restore it')
})

test('who marked them is mailed what became of each', async () => {
  const set = await done(portal, ann, wanted('leaver', [await person('1'), 987_654]))
  await Promise.all([1, 2].map(() => sendChangeResults(portal, { changeSetId: set.id, organisationId: own })))
  expect(await mailTo(ann.email)).toMatchObject([
    { subject: `1 person marked as a leaver, 1 left out: RL${rounds} Trust`, attached: true },
  ])
})

test('helpdesk is mailed what became of what it disabled', async () => {
  const hal = await makeActor(portal, `hal${rounds}@x.example`, 'local-helpdesk', own)
  const set = await done(portal, hal, wanted('disable', [await person('1')]))
  await sendChangeResults(portal, { changeSetId: set.id, organisationId: own })
  const [mail] = await mailTo(hal.email)
  expect(mail).toMatchObject({ subject: `1 account disabled: RL${rounds} Trust`, attached: true })
  expect(mail?.text).toContain('“Disable accounts” for')
})

function wanted(action: BulkAction, ids: number[]): WantedAction {
  return { organisation: { id: own }, action, accounts: { ids } }
}

function person(localId: string, more: Partial<Parameters<typeof makeAccount>[1]> = {}): Promise<number> {
  return makeAccount(portal, {
    ...{ organisationId: own, updatedBy: gill.administratorId, localId, firstName: 'Jo' },
    ...{ lastName: `Doe ${localId}`, ...more },
  })
}

function mailTo(address: string) {
  return portal.database.transaction([own], (tx) =>
    tx.rows<{ to: string; subject: string; text: string; attached: boolean }>(
      sql`select to_address as to, subject, text, attachment is not null as attached from mail
          where to_address like ${address} order by id`,
    ),
  )
}
