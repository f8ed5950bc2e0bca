import { Client } from 'pg'
import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { numberProposedAddresses, refuseClashes } from '../../src/changes/store-plan.ts'
import type { Portal } from '../../src/portal.ts'
import { explaining } from '../support/explaining.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

const ROWS = 5_000

// As when PostgreSQL has looked at the table between two uploads: of the second one's rows it expects a single one.
test('a plan that PostgreSQL has no statistics of is settled without comparing each row with each', async () => {
  await using portal = await testPortal()
  const organisationId = await makeOrganisation(portal, 'RX1')
  const { administratorId } = await makeActor(portal, 'ann@x.example', 'local-administrator', organisationId)
  const first = await planCreations(portal, organisationId, administratorId)
  await gatherStatistics(portal)
  const second = await planCreations(portal, organisationId, administratorId)
  expect(second).toBeGreaterThan(first)
  const plans: string[] = []
  const { database } = explaining(portal, plans)
  await database.transaction([organisationId], async (tx) => {
    await numberProposedAddresses(tx, { id: second, organisationId })
    await tx.query(`update change set local_id_key = 'l1' where change_set_id = $1 and row_number > $2`, [
      second,
      ROWS - 2,
    ])
    expect(await refuseClashes(tx, second, 0)).toBe(3)
    expect(await refuseClashes(tx, first, 0)).toBe(0)
  })
  expect(plans).toHaveLength(2)
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

async function gatherStatistics(portal: Portal): Promise<void> {
  const client = new Client(portal.database.url)
  await client.connect()
  await client.query('analyze change')
  await client.end()
}
