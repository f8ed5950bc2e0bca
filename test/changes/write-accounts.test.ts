import { Client } from 'pg'
import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { findByIndexOnly } from '../../src/changes/store.ts'
import { type Chunk, updateAccounts } from '../../src/changes/write-accounts.ts'
import type { Transaction } from '../../src/database/open.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

const ACCOUNTS = 20_000

test('a chunk finds its accounts by their index, wherever in a large organisation they stand', async () => {
  await using portal = await testPortal()
  const id = await makeOrganisation(portal, 'RX1')
  const { administratorId } = await makeActor(portal, 'ann@trust.example', 'local-administrator', id)
  await portal.database.transaction([id], async (tx) => {
    await tx.run(sql`insert into account (id, organisation_id, local_id, local_id_key, created_at, updated_at, updated_by)
      select n, ${id}, n, n, now(), now(), ${administratorId}::integer
      from generate_series(1, ${ACCOUNTS}::integer) n`)
    await tx.run(sql`insert into change_set (organisation_id, kind, status, created_by, created_at)
      values (${id}, 'upload', 'applying', ${administratorId}, now())`)
    await tx.run(sql`insert into change (change_set_id, row_number, organisation_id, action, account_id,
        account_version, before, after)
      select 1, n, ${id}, 'update', n, 1, '{"jobTitle": null}', '{"jobTitle": "Nurse"}'
      from generate_series(1, ${ACCOUNTS}::integer) n`)
  })
  const owner = new Client(portal.database.url)
  await owner.connect()
  await owner.query('analyze account, change')
  await owner.end()
  const chunk: Chunk = {
    changeSetId: 1,
    organisationIds: [id],
    fromRow: 14_001,
    toRow: 19_000,
    by: administratorId,
    at: new Date(),
  }
  await portal.database.onSession({}, (session) =>
    session.transaction([id], async (tx) => {
      expect(await planOf(tx, chunk)).toMatch(/Merge Join|Hash Join/) // reads every account: what is to be kept out
      await findByIndexOnly(tx)
      const plan = await planOf(tx, chunk)
      expect(plan).not.toMatch(/Merge Join|Hash Join|Seq Scan on account/)
      expect(plan).toContain('Index Scan using account_pkey on account')
      expect(await updateAccounts(tx, chunk, ['jobTitle'])).toEqual([])
    }),
  )
})

async function planOf(tx: Transaction, chunk: Chunk): Promise<string> {
  const plan: unknown[] = []
  const explaining: Transaction = {
    ...tx,
    rows: async (statement) => {
      const { rows } = await tx.query(`explain ${statement.text}`, statement.values)
      plan.push(...rows.map((row) => row['QUERY PLAN']))
      return []
    },
  }
  await updateAccounts(explaining, chunk, ['jobTitle'])
  return plan.join('\n')
}
