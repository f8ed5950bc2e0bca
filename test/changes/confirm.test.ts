import { setTimeout as sleep } from 'node:timers/promises'
import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { cancelChangeSet } from '../../src/changes/cancel.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { decide } from '../../src/changes/decide.ts'
import { Conflict, Forbidden, InvalidInput, NotFound } from '../../src/errors.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, check, create, csv, somebody } from '../support/upload.ts'

const HEADING = 'LocalID,FirstName,LastName,Mobile'
const PEOPLE = csv(HEADING, '01,Jane,Smith,07700 900001', '02,Omar,Khan,07700 900002')

test('confirming twenty times at once applies once', async () => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const { upload } = await check(portal, ann, 'RX1', PEOPLE, 'create')
  await Promise.all(Array.from({ length: 20 }, () => confirmChangeSet(portal, ann, upload.id)))
  const jobs = await portal.database.transaction('everything', (tx) =>
    tx.rows(sql`select (data->>'by')::integer as by from pgboss.job where name = 'apply-change-set'`),
  )
  expect(jobs).toEqual([{ by: ann.administratorId }])
  const job = { data: { changeSetId: upload.id, organisationId: organisation } }
  await Promise.all([applyChangeSet(portal, job), applyChangeSet(portal, job), applyChangeSet(portal, job)])
  expect((await findUpload(portal, ann, upload.id)).results).toMatchObject({ created: 2 })
})

test('only who may upload for the organisation confirms; others see nothing of it', async () => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const other = await makeOrganisation(portal, 'RY2')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const auditor = await makeActor(portal, 'aud@trust.example', 'auditor', organisation)
  const helpdesk = await makeActor(portal, 'help@trust.example', 'local-helpdesk', organisation)
  const foreign = await makeActor(portal, 'far@other.example', 'local-administrator', other)
  const { upload } = await check(portal, ann, 'RX1', PEOPLE, 'create')
  await expect(confirmChangeSet(portal, auditor, upload.id)).rejects.toThrow(Forbidden)
  await expect(confirmChangeSet(portal, helpdesk, upload.id)).rejects.toThrow(NotFound)
  await expect(confirmChangeSet(portal, foreign, upload.id)).rejects.toThrow(NotFound)
  await expect(findUpload(portal, foreign, upload.id)).rejects.toThrow(NotFound)
  await expect(check(portal, foreign, 'RX1', PEOPLE)).rejects.toThrow(NotFound)
})

test('a cancelled upload applies nothing, and cancelling again changes nothing', async () => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const { upload } = await check(portal, ann, 'RX1', PEOPLE, 'create')
  await cancelChangeSet(portal, ann, upload.id)
  await cancelChangeSet(portal, ann, upload.id)
  expect(await findUpload(portal, ann, upload.id)).toMatchObject({
    status: 'cancelled',
    results: { skipped: 2 },
  })
  await expect(confirmChangeSet(portal, ann, upload.id)).rejects.toThrow(Conflict)
})

test('the results are on their way for a confirmed upload that is cancelled before its apply, and for no other', async () => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const ben = await makeActor(portal, 'ben@trust.example', 'local-administrator', organisation)
  const [planned, confirmed] = [
    await check(portal, ann, 'RX1', PEOPLE),
    await check(portal, ann, 'RX1', PEOPLE),
  ]
  await confirmChangeSet(portal, ann, confirmed.upload.id)
  for (const { upload } of [planned, confirmed]) await cancelChangeSet(portal, ben, upload.id)
  const jobs = await portal.database.transaction('everything', (tx) =>
    tx.rows(sql`select (data->>'uploadId')::bigint as upload, (data->>'by')::integer as by
      from pgboss.job where name = 'send-results'`),
  )
  expect(jobs).toEqual([{ upload: confirmed.upload.id, by: ann.administratorId }])
})

test('an apply that is cancelled stops at its next chunk, with truthful results', {
  timeout: 240_000,
}, async () => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const lines = Array.from({ length: 6_000 }, (_, n) => `N${n},${somebody(n)}`)
  const { upload } = await check(portal, ann, 'RX1', csv(HEADING, ...lines), 'create')
  await confirmChangeSet(portal, ann, upload.id)
  const job = { data: { changeSetId: upload.id, organisationId: organisation } }
  const applying = applyChangeSet(portal, job)
  for (;;) {
    const now = await findUpload(portal, ann, upload.id)
    if (now.status === 'applying') break
    await sleep(5)
  }
  await cancelChangeSet(portal, ann, upload.id)
  await applying
  const done = await findUpload(portal, ann, upload.id)
  expect(done.status).toBe('cancelled')
  expect(done.results.created + done.results.skipped).toBe(6_000)
  const there = await portal.database.transaction('everything', (tx) =>
    tx.row<{ count: number }>(sql`select count(*) from account`),
  )
  expect(there?.count).toBe(done.results.created)
})

test('a possible duplicate is created only when the person says so', async () => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  await create(portal, ann, 'RX1', PEOPLE)
  const file = csv(
    HEADING,
    '1,Janet,Smythe,07700 900003',
    '77,Omar,Khan,07700 900002',
    '78,New,Person,07700 900005',
  )
  const { upload, rows } = await check(portal, ann, 'RX1', file, 'both')
  expect(rows.map((row) => row.action)).toEqual(['possible-duplicate', 'possible-duplicate', 'create'])
  expect(rows[0]?.similar).toMatchObject({ localId: '01' })
  await expect(decide(portal, ann, upload.id, { rows: [{ row: 4, decision: 'create' }] })).rejects.toThrow(
    InvalidInput,
  )
  await decide(portal, ann, upload.id, { rows: [{ row: 3, decision: 'create' }] })
  const done = await apply(portal, ann, upload)
  expect(done.rows.map((row) => row.result)).toEqual(['skipped', 'created', 'created'])
  expect(done.upload.results).toMatchObject({ created: 2, skipped: 1 })
})
