import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { cancelChangeSet } from '../../src/changes/cancel.ts'
import { findAccounts } from '../../src/directory/find-accounts.ts'
import { checkUpload } from '../../src/uploads/check.ts'
import { findRows } from '../../src/uploads/find-rows.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, check, create, csv, receive } from '../support/upload.ts'

const HEADING = 'LocalID,FirstName,LastName,Mobile'
const PEOPLE = csv(
  HEADING,
  '01,Jane,Smith,07700 900001',
  '02,Omar,Khan,07700 900002',
  '03,Eva,Novák,07700 900003',
)

async function trust() {
  const portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  await create(portal, ann, 'RX1', PEOPLE)
  return { portal, ann, organisation }
}

test('what a row reaches, and what is wrong with it', async () => {
  const { portal, ann } = await trust()
  await using _ = portal
  const ids = (await check(portal, ann, 'RX1', csv('LocalID', '01', '02', '03'))).rows.map(
    (row) => row.accountId,
  )
  const { rows } = await check(
    portal,
    ann,
    'RX1',
    csv(
      'ID,LocalID,JobTitle,OrganisationCode,OrganisationalUnit,FirstName,LastName,Mobile',
      `${ids[0]},,Nurse,,,,,`,
      `${ids[1]},02b,,,,,,`,
      `${ids[2]},01,Nurse,,,,,`,
      '99999,,Nurse,,,,,',
      ',404,Nurse,,,Eva,Novák,07700900003',
      ',03,Nurse,RY2,,,,',
    ),
  )
  expect(rows.map((row) => [row.action, row.problems[0]?.code ?? null])).toEqual([
    ['update', null],
    ['update', null],
    ['error', 'id-and-local-id-differ'],
    ['error', 'unknown-id'],
    ['error', 'unknown-local-id-probably-known'],
    ['error', 'other-organisation'],
  ])
  expect(rows[1]?.changes).toEqual([{ field: 'localId', old: '02', new: '02b' }])
  expect(rows[4]?.similar?.localId).toBe('03')
})

test('a change of unit is refused with a pointer to the bulk transfer', async () => {
  const { portal, ann } = await trust()
  await using _ = portal
  const { rows } = await check(portal, ann, 'RX1', csv('LocalID,OrganisationalUnit', '01,Surgery'))
  expect(rows[0]).toMatchObject({
    action: 'error',
    problems: [{ code: 'unit-needs-transfer', value: 'Surgery' }],
  })
  expect(rows[0]?.problems[0]?.message).toContain('bulk transfer')
})

test('rows that reach one account are errors that name each other', async () => {
  const { portal, ann } = await trust()
  await using _ = portal
  const { upload, rows } = await check(
    portal,
    ann,
    'RX1',
    csv('LocalID,JobTitle', '01,Nurse', '02,Porter', '01,Sister', '', ' 01 ,Clerk'),
  )
  expect(rows.map((row) => [row.row, row.action])).toEqual([
    [2, 'error'],
    [3, 'update'],
    [4, 'error'],
    [6, 'error'],
  ])
  expect(rows[0]?.problems[0]?.message).toContain('Other rows about it: 4, 6.')
  expect(upload.counts).toMatchObject({ rows: 4, update: 1, error: 3, problems: { 'repeated-row': 3 } })
})

test('new accounts of one local ID clash too, whatever its letters', async () => {
  const { portal, ann } = await trust()
  await using _ = portal
  const file = csv(HEADING, 'new1,Ada,Lovelace,07700 900010', 'NEW1,Ada,King,07700 900011')
  const { upload, rows } = await check(portal, ann, 'RX1', file, 'create')
  expect(upload.counts).toMatchObject({ create: 0, error: 2 })
  expect(rows.map((row) => row.accountId)).toEqual([null, null])
})

test('in “create new accounts only” an existing account may be repeated but not changed', async () => {
  const { portal, ann } = await trust()
  await using _ = portal
  const { rows } = await check(portal, ann, 'RX1', csv(HEADING, '01,Jane,Smith,', '02,Omar,Cohen,'), 'create')
  expect(rows.map((row) => [row.action, row.problems[0]?.code])).toEqual([
    ['unchanged', undefined],
    ['error', 'already-exists'],
  ])
})

test('addresses are proposed with numbers, and allotted as proposed', async () => {
  const { portal, ann } = await trust()
  await using _ = portal
  const file = csv(
    HEADING,
    '11,Jane,Smith,07700 900011',
    '12,Jane,Smith,07700 900012',
    '13,太郎,山田,07700 900013',
  )
  const checked = await check(portal, ann, 'RX1', file, 'create')
  const proposed = checked.rows.map(
    (row) => row.changes.find((change) => change.field === 'emailAddress')?.new,
  )
  expect(proposed.slice(0, 2)).toEqual(['jane.smith2@staff.example', 'jane.smith3@staff.example'])
  const { rows } = await apply(portal, ann, checked.upload)
  const addresses = await portal.database.transaction('everything', (tx) =>
    tx.rows<{ id: number; address: string }>(sql`select account_id as id, address from address`),
  )
  const given = rows.map((row) => addresses.find((one) => one.id === row.accountId)?.address)
  expect(given).toEqual(proposed)
})

test('leavers and deleted accounts hold their local ID and are not touched', async () => {
  const { portal, ann } = await trust()
  await using _ = portal
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update account set status = case local_id when '01' then 'Leaver' else 'Deleted' end
      where local_id in ('01', '02')`),
  )
  const { rows } = await check(portal, ann, 'RX1', csv(HEADING, '01,Jane,Smith,', '02,Omar,Khan,'), 'both')
  expect(rows.map((row) => row.problems[0]?.code)).toEqual(['account-leaver', 'account-deleted'])
})

test('a file that can’t be used is rejected, and nothing of it is kept', async () => {
  const { portal, ann } = await trust()
  await using _ = portal
  const { upload, rows } = await check(portal, ann, 'RX1', csv('LocalID;Size', ''))
  expect(upload).toMatchObject({ status: 'rejected', reason: { code: 'no-rows' } })
  expect(rows).toEqual([])
  const left = await portal.database.transaction('everything', (tx) =>
    tx.row<{ count: number }>(sql`select count(*) from upload_bytes`),
  )
  expect(left?.count).toBe(0)
})

test('a fault far into the file costs its own row, and is named with what stands there', async () => {
  const { portal, ann } = await trust()
  await using _ = portal
  const rows = Array.from({ length: 5_000 }, () => '01,Nurse')
  const { upload } = await check(portal, ann, 'RX1', `${csv('LocalID,JobTitle', ...rows)}02,"Porter`)
  expect(upload).toMatchObject({ status: 'checked', counts: { rows: 5_001 } })
  const { rows: last } = await findRows(portal, ann, upload.id, { after: 5_001, limit: 10 })
  expect(last).toMatchObject([{ row: 5_002, problems: [{ code: 'unclosed-quote', value: '02,"Porter' }] }])
})

test('passwords are nowhere to be found', async () => {
  const { portal, ann } = await trust()
  await using _ = portal
  const { upload } = await check(
    portal,
    ann,
    'RX1',
    csv('LocalID,Password,JobTitle', '01,hunter2-secret,Nurse'),
  )
  expect(upload.assumptions?.passwordIgnored).toBe(true)
  const found = await portal.database.transaction('everything', (tx) =>
    tx.rows(sql`select 1 from change c where c::text like '%hunter2%'
      union all select 1 from upload_block b where b.cells like '%hunter2%'
      union all select 1 from upload_bytes b where position('hunter2'::bytea in b.bytes) > 0`),
  )
  expect(found).toEqual([])
})

test('an upload that is cancelled before its check is not checked, and its bytes go', async () => {
  const { portal, ann, organisation } = await trust()
  await using _ = portal
  const id = await receive(portal, ann, 'RX1', csv('LocalID,JobTitle', '01,Nurse'))
  await cancelChangeSet(portal, ann, id)
  await checkUpload(portal, { data: { uploadId: id, organisationId: organisation } })
  expect((await findUpload(portal, ann, id)).status).toBe('cancelled')
  const left = await portal.database.transaction('everything', (tx) =>
    tx.rows(sql`select 1 from upload_bytes`),
  )
  expect(left).toEqual([])
})

test('a file of another thing, whose numbers are read as account IDs, smells; one of people does not', async () => {
  const { portal, ann } = await trust()
  await using _ = portal
  const people = [1, 2, 3, 4].map((n) => `S${n},Sam,Lee,07700 90010${n},Post ${n}`)
  await create(portal, ann, 'RX1', csv(`${HEADING},Description`, ...people))
  const { accounts } = await findAccounts(portal, ann, { search: 'Sam Lee', sort: 'localId', limit: 4 })
  const bolts = accounts.map(({ id }) => `${id},Bolt`)
  const { upload } = await check(portal, ann, 'RX1', csv('id,description', ...bolts))
  expect(upload.warnings).toMatchObject([{ code: 'id-alone', count: 4 }])
  const agreeing = accounts.map(({ id, mobile }) => `${id},${mobile},Bolt`)
  const { upload: ours } = await check(portal, ann, 'RX1', csv('ID,Mobile,Description', ...agreeing))
  expect(ours.warnings).toEqual([])
})
