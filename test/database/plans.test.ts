import sql, { type Sql } from 'sql-template-tag'
import { expect, test } from 'vitest'
import { type Chunk, updateAccounts } from '../../src/changes/apply/write-accounts.ts'
import { selectByIdOrLocalId } from '../../src/changes/plan/find-matches.ts'
import { selectCandidates } from '../../src/changes/plan/find-similar.ts'
import { numberProposedAddresses, refuseClashes } from '../../src/changes/plan/store-plan.ts'
import { useIndexesOnly } from '../../src/changes/store.ts'
import { selectTotals } from '../../src/changes/store-totals.ts'
import type { Transaction } from '../../src/database/open.ts'
import { findAccounts } from '../../src/directory/find-accounts.ts'
import type { Portal } from '../../src/portal.ts'
import { listUploads } from '../../src/uploads/find-uploads.ts'
import { makeAccount } from '../support/account.ts'
import { explained, explaining, gatherStatistics, planOf } from '../support/explaining.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { check, csv } from '../support/upload.ts'

// The index has to be used under row-level security too, where PostgreSQL refuses it to what might leak a value.
test('a search within an organisation reads no other one’s addresses, and reads its accounts once', async () => {
  await using portal = await testPortal()
  const [own, other] = [await makeOrganisation(portal, 'RX1'), await makeOrganisation(portal, 'RX2')]
  const everyone = await makeActor(portal, 'all@x.example', 'global-administrator')
  const by = { updatedBy: everyone.administratorId }
  const kim = await makeAccount(portal, {
    ...by,
    organisationId: own,
    lastName: 'Kim',
    address: 'kim@x.example',
  })
  const others = await makeAccount(portal, { ...by, organisationId: other, address: 'kim.other@x.example' })
  await portal.database.transaction('everything', async (tx) => {
    await tx.run(sql`insert into address (address_key, address, account_id, organisation_id, is_primary, base, number)
      select 'kim' || n, 'kim' || n, ${others}, ${other}, false, 'kim', n from generate_series(2, 20000) n`)
  })
  const plans: string[] = []
  const { accounts, total } = await findAccounts(explaining(portal, plans), everyone, {
    organisationId: own,
    search: 'kim',
    limit: 1,
  })
  expect([accounts.map(({ id }) => id), total]).toEqual([[kim], 1])
  expect(plans).toHaveLength(1)
  expect(plans[0]).toMatch(/Index Scan (using|on) address_organisation/)
  expect(plans[0]).not.toMatch(/Seq Scan on address/)
})

test('an organisation’s uploads are found by an index, however many others have', async () => {
  await using portal = await testPortal()
  const [own, other] = [await makeOrganisation(portal, 'RX1'), await makeOrganisation(portal, 'RX2')]
  const everyone = await makeActor(portal, 'all@x.example', 'global-administrator')
  const { upload } = await check(portal, everyone, 'RX1', csv('LocalID,JobTitle', '1,Nurse'), 'update')
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`with sets as (
        insert into change_set (organisation_id, kind, status, created_by, created_at)
        select ${other}, 'upload', 'completed', ${everyone.administratorId}::integer, now()
        from generate_series(1, 5000) returning id, organisation_id)
      insert into upload (id, organisation_id, filename, mode, size_bytes, sha256, lines, encoding)
      select id, organisation_id, 'people.csv', 'update', 1, '', 1, 'utf-8' from sets`),
  )
  const lists = [{}, { status: ['checked'] }, { status: ['completed'], withFailures: true }] as const
  for (const list of lists) {
    const plans: string[] = []
    const wanted = { organisationId: own, limit: 5, ...list }
    const { uploads } = await listUploads(explaining(portal, plans), everyone, wanted)
    expect(uploads.map(({ id }) => id)).toEqual('withFailures' in list ? [] : [upload.id])
    expect(plans).toHaveLength(1)
    expect(plans[0]).not.toMatch(/Seq Scan on (upload|change_set)/)
  }
})

test('for the totals, an index leads to what hasn’t ended, and nothing else of the sets is read', async () => {
  await using portal = await testPortal()
  const organisationId = await makeOrganisation(portal, 'RX1')
  const { administratorId } = await makeActor(portal, 'ann@x.example', 'local-administrator', organisationId)
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`insert into change_set (organisation_id, kind, status, created_by, created_at, completed_at)
      select ${organisationId}::integer, 'upload', case n when 60 then 'checked' else 'completed' end,
        ${administratorId}::integer, now(), now() - n * interval '1 minute' from generate_series(60, 10000) n`),
  )
  await gatherStatistics(portal, 'change_set')
  const plans: string[] = []
  await explaining(portal, plans).database.transaction('everything', selectTotals)
  expect(plans).toHaveLength(1)
  expect(plans[0]).toMatch(/Index Scan (using|on) change_set_status/)
  expect(plans[0]).not.toMatch(/Seq Scan on change_set/)
})

test('a batch’s accounts are found by an index, also where PostgreSQL has no statistics yet', async () => {
  await using portal = await testPortal()
  const id = await makeOrganisation(portal, 'RX1')
  await fill(portal, id, sql`n, n, 'Sam ' || n, 'Smith', '+447700900001', 'sam' || n || '@example.org'`)
  const wanted = Array.from({ length: 1_000 }, (_, n) => n + 1)
  const byLocalId = wanted.map((n) => ({ id: null, localIdKey: String(n) }))
  const byBoth = wanted.map((n) => ({ id: n, localIdKey: String(n) }))
  const lookUps = [byLocalId, byBoth]
  for (const lookUp of lookUps) {
    const plans: string[] = []
    const found = await portal.database.transaction([id], (tx) =>
      selectByIdOrLocalId(explained(tx, plans), id, lookUp),
    )
    expect(found).toHaveLength(wanted.length)
    expect(plans).toHaveLength(1)
    expect(plans[0]).not.toMatch(/(Seq|Bitmap Heap) Scan on account/)
    expect(plans[0]).toMatch(/Index Scan using account/)
  }
  const sought = wanted.map((n) => ({
    ...{ localIdKey: `9${n}00`, mobile: '+447700900001', secondaryEmail: `SAM${n}@example.org` },
    ...{ firstName: `SAM ${n}`, lastName: 'smith', jobTitle: 'Porter', department: 'Stores' },
    names: [{ firstName: `SAM ${n}`, lastName: 'smith' }],
  }))
  const plans: string[] = []
  const candidates = await portal.database.transaction([id], (tx) =>
    selectCandidates(explained(tx, plans), id, sought),
  )
  expect(candidates.byMobile.get('+447700900001')).toHaveLength(50)
  expect(candidates.bySecondaryEmail.size).toBe(wanted.length)
  expect(plans).toHaveLength(1)
  expect(plans[0]).not.toMatch(/(Seq|Bitmap Heap) Scan on account/)
  for (const index of ['mobile', 'secondary_email', 'name', 'local_id'])
    expect(plans[0]).toMatch(new RegExp(`Index Scan using account_${index} `))
})

// Of a name that it doesn't know PostgreSQL then expects that all have it too, and would read all accounts for each.
test('whoever is like somebody is found by an index, also where all have one name and one mobile', async () => {
  await using portal = await testPortal()
  const id = await makeOrganisation(portal, 'RX1')
  await fill(portal, id, sql`'p' || n, 'p' || n, 'Pat', 'Doe', '+447700900001', 'pat@example.org'`)
  await gatherStatistics(portal, 'account')
  const sought = Array.from({ length: 1_000 }, (_, n) => ({
    ...{ localIdKey: `q${n}00`, mobile: `+44770090${n}`, secondaryEmail: `sam${n}@example.org` },
    ...{ firstName: 'Sam', lastName: 'Roe', jobTitle: 'Porter', department: 'Stores' },
    names: [{ firstName: 'Sam', lastName: 'Roe' }],
  }))
  const plans: string[] = []
  await portal.database.transaction([id], (tx) => selectCandidates(explained(tx, plans), id, sought))
  expect(plans[0]).not.toMatch(/Seq Scan on account/)
  for (const index of ['mobile', 'secondary_email', 'name'])
    expect(plans[0]).toMatch(new RegExp(`Scan (?:using|on) account_${index}\\b`))
})

/** Gives an organisation 5,000 accounts. @param values local ID, its key, names, mobile and secondary address of the `n`th */
async function fill(portal: Portal, organisationId: number, values: Sql): Promise<void> {
  const { administratorId } = await makeActor(portal, 'ann@x.example', 'local-administrator', organisationId)
  await portal.database.transaction([organisationId], (tx) =>
    tx.run(sql`insert into account (id, organisation_id, local_id, local_id_key, first_name, last_name, mobile,
        secondary_email, created_at, updated_at, updated_by)
      select n, ${organisationId}, ${values}, now(), now(), ${administratorId}::integer
      from generate_series(1, 5000) n`),
  )
}

const ROWS = 5_000

// As when PostgreSQL has looked at the table between two uploads: of the second one's rows it expects a single one.
test('a plan that PostgreSQL has no statistics of is settled without comparing each row with each', async () => {
  await using portal = await testPortal()
  const organisationId = await makeOrganisation(portal, 'RX1')
  const { administratorId } = await makeActor(portal, 'ann@x.example', 'local-administrator', organisationId)
  const first = await planCreations(portal, organisationId, administratorId)
  await gatherStatistics(portal, 'change')
  const second = await planCreations(portal, organisationId, administratorId)
  expect(second).toBeGreaterThan(first)
  const plans: string[] = []
  const { database } = explaining(portal, plans)
  await database.transaction([organisationId], async (tx) => {
    await numberProposedAddresses(tx, { id: second })
    await tx.query(`update change set local_id_key = 'l1' where change_set_id = $1 and row_number > $2`, [
      second,
      ROWS - 2,
    ])
    expect(await refuseClashes(tx, second, { account: 0, localId: 0 })).toBe(3)
    expect(await refuseClashes(tx, first, { account: 0, localId: 0 })).toBe(0)
  })
  expect(plans).toHaveLength(4)
  for (const plan of plans) expect(plan).not.toMatch(/Join Filter/)
  const { rows } = await portal.database.transaction([organisationId], (tx) =>
    tx.query(
      `select after->>'emailAddress' as address from change where change_set_id = $1 order by row_number`,
      [second],
    ),
  )
  expect(rows.map(({ address }) => address).slice(0, 3)).toEqual([null, 'sam.doe2@x', 'sam.doe3@x'])
})

/** @returns the change set's ID */
async function planCreations(portal: Portal, organisationId: number, by: number): Promise<number> {
  return portal.database.transaction([organisationId], async (tx) => {
    const set = await tx.row<{
      id: number
    }>(sql`insert into change_set (organisation_id, kind, status, created_by,
      created_at) values (${organisationId}, 'upload', 'checking', ${by}, now()) returning id`)
    await tx.run(sql`insert into change (change_set_id, row_number, organisation_id, action, account_id, local_id_key,
        after)
      select ${set?.id}::bigint, n, ${organisationId}::integer, 'create', n, 'l' || n,
        '{"emailAddress": "sam.doe@x"}'
      from generate_series(1, ${ROWS}::integer) n`)
    return set?.id as number
  })
}

test('a chunk finds its accounts by their index, wherever in a large organisation they stand', async () => {
  await using portal = await testPortal()
  const id = await makeOrganisation(portal, 'RX1')
  const { administratorId } = await makeActor(portal, 'ann@x.example', 'local-administrator', id)
  await portal.database.transaction([id], async (tx) => {
    await tx.run(sql`insert into account (id, organisation_id, local_id, local_id_key, created_at, updated_at, updated_by)
      select n, ${id}, n, n, now(), now(), ${administratorId}::integer
      from generate_series(1, 20000) n`)
    await tx.run(sql`insert into change_set (organisation_id, kind, status, created_by, created_at)
      values (${id}, 'upload', 'applying', ${administratorId}, now())`)
    await tx.run(sql`insert into change (change_set_id, row_number, organisation_id, action, account_id,
        account_version, before, after)
      select 1, n, ${id}, 'update', n, 1, '{"jobTitle": null}', '{"jobTitle": "Nurse"}'
      from generate_series(1, 20000) n`)
  })
  await gatherStatistics(portal, 'account, change')
  const chunk: Chunk = {
    changeSetId: 1,
    organisationIds: [id],
    fromRow: 14_001,
    toRow: 19_000,
    by: administratorId,
    at: new Date(),
  }
  await portal.database.onConnection((connection) =>
    connection.transaction([id], async (tx) => {
      expect(await planOfUpdate(tx, chunk)).toMatch(/Merge Join|Hash Join/) // reads every account: what is to be kept out
      await useIndexesOnly(tx)
      const plan = await planOfUpdate(tx, chunk)
      expect(plan).not.toMatch(/Merge Join|Hash Join|Seq Scan on account/)
      expect(plan).toContain('Index Scan using account_pkey on account')
      expect(await updateAccounts(tx, chunk, ['jobTitle'])).toEqual([])
    }),
  )
})

async function planOfUpdate(tx: Transaction, chunk: Chunk): Promise<string> {
  const plans: string[] = []
  const unwritten: Transaction = {
    ...tx,
    rows: async (statement) => {
      plans.push(await planOf(tx, statement))
      return []
    },
  }
  await updateAccounts(unwritten, chunk, ['jobTitle'])
  return plans.join('\n')
}
