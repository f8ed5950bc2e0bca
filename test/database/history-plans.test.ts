import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { selectBases } from '../../src/changes/plan/find-bases.ts'
import { selectSetBacks } from '../../src/changes/plan/find-set-backs.ts'
import type { Transaction } from '../../src/database/open.ts'
import type { Portal } from '../../src/portal.ts'
import { explained } from '../support/explaining.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

const ACCOUNTS = 2_000
const WRITES = 5

// Also where PostgreSQL has no statistics of the history yet.
test('what a batch of accounts said before is found by the index of their changes', async () => {
  await using portal = await testPortal()
  const organisationId = await makeOrganisation(portal, 'RX1')
  const { administratorId } = await makeActor(portal, 'ann@x.example', 'local-administrator', organisationId)
  await writeHistory(portal, organisationId, administratorId)
  const ids = Array.from({ length: 1_000 }, (_, n) => n + 1)
  const version = WRITES + 1
  const bases = await planned(portal, organisationId, (tx) =>
    selectBases(
      tx,
      ids.map((accountId) => ({ accountId, seen: 3, version })),
    ),
  )
  expect(bases.found.size).toBe(ids.length)
  expect(bases.found.get('7 3')?.get('jobTitle')).toMatchObject({ value: 'Job 3', write: { row: 7 } })
  const id = await planSet(portal, organisationId, administratorId)
  const setBacks = await planned(portal, organisationId, (tx) =>
    selectSetBacks(tx, id, { from: 1, to: ids.length, fields: ['title', 'jobTitle'] }),
  )
  expect(setBacks.found.map(({ plannedRow, field, was }) => [plannedRow, field, was])).toEqual(
    ids.filter((n) => n % 100 === 0).map((n) => [n, 'jobTitle', 'Job 6']),
  )
  for (const { plan } of [bases, setBacks]) {
    expect(plan).toMatch(/change_account/)
    expect(plan).not.toMatch(/Seq Scan on change /)
  }
})

async function planned<T>(
  portal: Portal,
  organisationId: number,
  lookUp: (tx: Transaction) => Promise<T>,
): Promise<{ found: T; plan: string }> {
  const plans: string[] = []
  const found = await portal.database.transaction([organisationId], (tx) => lookUp(explained(tx, plans)))
  return { found, plan: plans.join('\n') }
}

/** A plan that gives every hundredth account the job that it had before, and the others a new one. */
async function planSet(portal: Portal, organisationId: number, by: number): Promise<number> {
  return portal.database.transaction([organisationId], async (tx) => {
    const set = await tx.row<{ id: number }>(
      sql`insert into change_set (organisation_id, kind, status, created_by, created_at, first_row, last_row)
          values (${organisationId}, 'upload', 'checking', ${by}, now(), 1, ${ACCOUNTS}) returning id`,
    )
    await tx.run(
      sql`insert into change (change_set_id, row_number, organisation_id, action, account_id, account_version, before, after)
          select ${set?.id}::bigint, n, ${organisationId}::integer, 'update', n, ${WRITES}::integer + 1,
            jsonb_build_object('jobTitle', 'Job ' || ${WRITES}::integer + 1),
            jsonb_build_object('jobTitle', case when n % 100 = 0 then 'Job ' || ${WRITES}::integer else 'New ' || n end)
          from generate_series(1, ${ACCOUNTS}::integer) n`,
    )
    return set?.id as number
  })
}

/** Each account was written five times: from job 1 at version 1 to job 6 at version 6. */
async function writeHistory(portal: Portal, organisationId: number, by: number): Promise<void> {
  await portal.database.transaction([organisationId], async (tx) => {
    for (let write = 1; write <= WRITES; write++) {
      const set = await tx.row<{ id: number }>(
        sql`insert into change_set (organisation_id, kind, status, created_by, created_at, confirmed_by, first_row, last_row, mark)
            values (${organisationId}, 'upload', 'completed', ${by}, now(), ${by}, 1, ${ACCOUNTS}, ${ACCOUNTS}) returning id`,
      )
      await tx.run(
        sql`insert into chunk (change_set_id, from_row, to_row, organisation_id, applied_at)
            values (${set?.id}, 1, ${ACCOUNTS}, ${organisationId}, now())`,
      )
      await tx.run(
        sql`insert into change (change_set_id, row_number, organisation_id, action, account_id, account_version, before, after)
            select ${set?.id}::bigint, n, ${organisationId}::integer, 'update', n, ${write}::integer,
              jsonb_build_object('jobTitle', 'Job ' || ${write}::integer),
              jsonb_build_object('jobTitle', 'Job ' || ${write}::integer + 1)
            from generate_series(1, ${ACCOUNTS}::integer) n`,
      )
    }
  })
}
