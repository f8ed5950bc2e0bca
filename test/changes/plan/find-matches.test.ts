import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import {
  findByIdOrLocalId,
  findByNameAndMobile,
  findBySecondaryEmail,
} from '../../../src/changes/plan/find-matches.ts'
import type { Transaction } from '../../../src/database/open.ts'
import { makeActor, makeOrganisation, testPortal } from '../../support/portal.ts'

const ACCOUNTS = 5_000

test('a batch is looked up by index, also where PostgreSQL has no statistics yet', async () => {
  await using portal = await testPortal()
  const id = await makeOrganisation(portal, 'RX1')
  const actor = await makeActor(portal, 'ann@trust.example', 'local-administrator', id)
  await portal.database.transaction([id], (tx) =>
    tx.run(sql`insert into account (id, organisation_id, local_id, local_id_key, first_name, last_name, mobile,
        secondary_email, created_at, updated_at, updated_by)
      select n, ${id}, n, n, 'Sam ' || n, 'Smith', '+447700900001', 'sam' || n || '@example.org', now(), now(),
        ${actor.administratorId}::integer
      from generate_series(1, ${ACCOUNTS}::integer) n`),
  )
  const wanted = Array.from({ length: 1_000 }, (_, n) => n + 1)
  const lookUps: ((tx: Transaction) => Promise<unknown[]>)[] = [
    (tx) =>
      findByIdOrLocalId(
        tx,
        id,
        wanted.map((n) => ({ id: null, localIdKey: String(n) })),
      ),
    (tx) =>
      findByIdOrLocalId(
        tx,
        id,
        wanted.map((n) => ({ id: n, localIdKey: String(n) })),
      ),
    (tx) =>
      findBySecondaryEmail(
        tx,
        id,
        wanted.map((n) => `SAM${n}@example.org`),
      ),
    (tx) =>
      findByNameAndMobile(
        tx,
        id,
        wanted.map((n) => ({ firstName: `SAM ${n}`, lastName: 'smith', mobile: '+447700900001' })),
      ),
  ]
  for (const lookUp of lookUps) {
    await portal.database.transaction([id], async (tx) => {
      expect(await lookUp(tx)).toHaveLength(wanted.length)
      const plans: string[] = []
      await lookUp({
        ...tx,
        row: async (statement) => {
          const { rows } = await tx.query(`explain (analyze) ${statement.text}`, statement.values)
          plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
          return undefined
        },
      })
      expect(plans.join('\n')).not.toMatch(/(Seq|Bitmap Heap) Scan on account/)
      expect(plans.join('\n')).toMatch(/Index Scan using account/)
    })
  }
})
