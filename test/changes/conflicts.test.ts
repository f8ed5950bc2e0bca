import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { accountHistory } from '../../src/changes/history/history.ts'
import { asOwner, makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, check, create, csv } from '../support/upload.ts'

const PEOPLE = csv(
  'LocalID,FirstName,LastName,Mobile,JobTitle',
  'A1,Jane,Smith,07700 900001,Nurse',
  'A2,Omar,Khan,07700 900002,Porter',
)

async function trust() {
  const portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const ben = await makeActor(portal, 'ben@trust.example', 'local-administrator', organisation)
  await create(portal, ann, 'RX1', PEOPLE)
  return { portal, ann, ben, organisation }
}

test('an account that changed since the check is judged field by field', async () => {
  const { portal, ann, ben } = await trust()
  await using _ = portal
  const first = await check(
    portal,
    ann,
    'RX1',
    csv('LocalID,JobTitle,Department', 'A1,Sister,Ward 1', 'A2,Clerk,Ward 2'),
  )
  const second = await check(
    portal,
    ben,
    'RX1',
    csv('LocalID,JobTitle,Mobile', 'A1,Sister,07700 900009', 'A2,Driver,'),
  )
  await apply(portal, ben, second.upload)
  const { rows, upload } = await apply(portal, ann, first.upload)

  expect(upload.results).toMatchObject({ updated: 1, failed: 1 })
  expect(rows[0]).toMatchObject({ result: 'updated' })
  expect(rows[1]).toMatchObject({ result: 'failed' })
  expect(rows[1]?.detail).toMatch(
    /^Job title is now “Driver”: ben@trust\.example changed it on .* \(people\.csv, row 3\), after this was planned, when it was “Porter”\. It would have become “Clerk”\. Nothing of this row was written\.$/,
  )
  const jane = await accountHistory(portal, ann, rows[0]?.accountId as number, { limit: 2 })
  expect(jane.entries.map((entry) => [entry.field, entry.upload])).toEqual([
    ['department', first.upload.id],
    ['jobTitle', second.upload.id],
    ['mobile', second.upload.id],
  ])
})

test('the same change made twice is made once: the second is no change', async () => {
  const { portal, ann, ben } = await trust()
  await using _ = portal
  const file = csv('LocalID,JobTitle', 'A1,Sister', 'A2,Clerk')
  const first = await check(portal, ann, 'RX1', file)
  const second = await check(portal, ben, 'RX1', file)
  await apply(portal, ann, first.upload)
  const { upload } = await apply(portal, ben, second.upload)
  expect(upload.results).toMatchObject({ updated: 0, unchanged: 2, failed: 0 })
})

test('a local ID taken since the check never makes a second account', async () => {
  const { portal, ann, ben } = await trust()
  await using _ = portal
  const heading = 'LocalID,FirstName,LastName,Mobile'
  const file = csv(heading, 'B1,Mia,Jones,07700 900101', 'B2,Noor,Ali,07700 900102')
  const first = await check(portal, ann, 'RX1', file, 'create')
  const second = await check(
    portal,
    ben,
    'RX1',
    csv(heading, 'b1,Mia,Jones,07700 900101', 'B2,Nora,Ali,07700 900102'),
    'create',
  )
  await apply(portal, ann, first.upload)
  const { rows, upload } = await apply(portal, ben, second.upload)
  expect(upload.results).toMatchObject({ created: 0, unchanged: 1, failed: 1 })
  expect(rows[0]?.accountId).toBe((await check(portal, ann, 'RX1', csv('LocalID', 'B1'))).rows[0]?.accountId)
  expect(rows[1]?.detail).toContain('differs in: First name. No second account was created.')
})

test('a row that PostgreSQL refuses fails alone', async () => {
  const { portal, ann, organisation } = await trust()
  await using _ = portal
  const { upload } = await check(
    portal,
    ann,
    'RX1',
    csv('LocalID,Site,JobTitle', 'A1,Riverside Clinic,', 'A2,,Clerk'),
  )
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`delete from site where organisation_id = ${organisation} and name = 'Riverside Clinic'`),
  )
  const { rows } = await apply(portal, ann, upload)
  expect(rows.map((row) => row.result)).toEqual(['failed', 'updated'])
  expect(rows[0]?.detail).toContain('could not be written')
})

test('a deadlock while the row that PostgreSQL refuses is looked for loses no row', async () => {
  const { portal, ann, organisation } = await trust()
  await using _ = portal
  await create(
    portal,
    ann,
    'RX1',
    csv('LocalID,FirstName,LastName,Mobile', 'A3,Mia,Jones,07700 900003', 'A4,Noor,Ali,07700 900004'),
  )
  const { upload } = await check(
    portal,
    ann,
    'RX1',
    csv('LocalID,Site,JobTitle', 'A1,,Sister', 'A2,,Clerk', 'A3,Riverside Clinic,', 'A4,,Driver'),
  )
  await asOwner(
    portal,
    `delete from site where organisation_id = ${organisation} and name = 'Riverside Clinic';
     create sequence tries;
     grant usage on sequence tries to muster_portal;
     create function deadlock() returns trigger language plpgsql as $$
     begin
       if nextval('tries') = 2 then raise exception 'deadlock' using errcode = '40P01'; end if;
       return new;
     end $$;
     create trigger deadlock before update on account for each row when (new.local_id = 'A1')
       execute function deadlock();`,
  )
  const { rows, upload: applied } = await apply(portal, ann, upload)
  expect(applied.results).toMatchObject({ updated: 3, failed: 1 })
  expect(rows.map((row) => row.result)).toEqual(['updated', 'updated', 'failed', 'updated'])
  const again = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A1,Sister', 'A2,Clerk', 'A4,Driver'))
  expect(again.rows.map((row) => row.action)).toEqual(['unchanged', 'unchanged', 'unchanged'])
})

test('an apply acts with the rights that its confirmer has when it starts', async () => {
  const { portal, ann } = await trust()
  await using _ = portal
  const checked = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A1,Sister'))
  await portal.database.transaction('everything', (tx) =>
    tx.run(
      sql`update administrator_role set role = 'auditor' where administrator_id = ${ann.administratorId}`,
    ),
  )
  const { upload, rows } = await apply(portal, ann, checked.upload)
  expect(upload).toMatchObject({
    status: 'failed',
    reason: { code: 'rights-withdrawn' },
    results: { skipped: 1 },
  })
  expect(rows[0]?.result).toBe('skipped')
})

test.each([
  ['has left', 'Leaver'],
  ['was deleted', 'Deleted'],
  ['was withdrawn', 'Withdrawn'],
])('an account that %s since the check is left alone, and its row says so', async (_what, status) => {
  const { portal, ann } = await trust()
  await using _ = portal
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A1,Sister', 'A2,Clerk'))
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update account set status = ${status}, version = version + 1 where local_id = 'A1'`),
  )
  const { rows, upload: applied } = await apply(portal, ann, upload)
  expect(applied.results).toMatchObject({ updated: 1, failed: 1 })
  expect(rows[0]).toMatchObject({
    result: 'failed',
    detail:
      'The account has left, moved or was deleted after this was planned. Nothing of this row was written.',
  })
  const account = await portal.database.transaction('everything', (tx) =>
    tx.row(sql`select job_title as "jobTitle", version from account where local_id = 'A1'`),
  )
  expect(account).toEqual({ jobTitle: 'Nurse', version: 2 })
})

test('and so is one that has moved elsewhere since', async () => {
  const { portal, ann } = await trust()
  await using _ = portal
  const elsewhere = await makeOrganisation(portal, 'RX2')
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A1,Sister'))
  await portal.database.transaction('everything', (tx) =>
    tx.run(
      sql`update account set organisation_id = ${elsewhere}, version = version + 1 where local_id = 'A1'`,
    ),
  )
  const { rows } = await apply(portal, ann, upload)
  expect(rows[0]).toMatchObject({ result: 'failed', detail: expect.stringContaining('has left, moved or') })
})
