import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { findAgreement } from '../../src/changes/find-agreement.ts'
import type { Portal } from '../../src/portal.ts'
import { findRows } from '../../src/uploads/find-rows.ts'
import { dateTime } from '../../src/words.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { setLimits, setSetting } from '../support/settings.ts'
import { apply, check, create, csv, somebody } from '../support/upload.ts'

const ZONE = 'Asia/Kolkata'

let portal: Portal
let ann: Actor

beforeAll(async () => {
  portal = await testPortal()
  const own = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@x.example', 'local-administrator', own)
  await makeActor(portal, 'bob@x.example', 'local-administrator', own)
  await setLimits(portal, own, { touched: { count: 1, share: 0 } })
  await setSetting(portal, own, 'timeZone', ZONE)
  const people = [1, 2].map((n) => `A${n},${somebody(n)},Nurse`)
  await create(portal, ann, 'RX1', csv('LocalID,FirstName,LastName,Mobile,JobTitle', ...people))
})

afterAll(() => portal[Symbol.asyncDispose]())

test('a mail tells times in the time zone of the organisation', async () => {
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A1,Porter', 'A2,Porter'))
  await confirmChangeSet(portal, ann, upload.id)
  const { expiresAt } = await findAgreement(portal, ann, upload.id)
  const mail = await portal.database.transaction('everything', (tx) =>
    tx.row<{ text: string }>(
      sql`select text from mail where to_address = 'bob@x.example' order by id desc limit 1`,
    ),
  )
  expect(mail?.text).toContain(`by ${dateTime(expiresAt, ZONE)}, it ends`)
})

test('what a row says of somebody’s work, on the page and in the results, does too', async () => {
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A1,Matron'))
  await apply(portal, ann, upload)
  const back = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A1,Nurse'))
  const { rows } = await findRows(portal, ann, back.upload.id, { limit: 1 })
  const written = await portal.database.transaction('everything', (tx) =>
    tx.row<{ at: Date }>(sql`select applied_at as at from chunk where change_set_id = ${upload.id}`),
  )
  const at = dateTime(written?.at ?? null, ZONE)
  expect(rows[0]?.problems[0]?.message).toContain(`This sets back what ann@x.example changed on ${at}`)
})
