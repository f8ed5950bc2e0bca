import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { findRows } from '../../src/uploads/find-rows.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { check, csv } from '../support/upload.ts'

test('rows whose problems were stored whole, before there were kinds, are read and found as the others', async () => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const file = csv('LocalID,HideMobile', '1,maybe', '2,perhaps', '3,')
  const { upload, rows } = await check(portal, ann, 'RX1', file)
  expect(rows.map(({ problems }) => problems.map(({ code }) => code))).toEqual([
    ['not-yes-or-no', 'unknown-local-id'],
    ['not-yes-or-no', 'unknown-local-id'],
    ['unknown-local-id'],
  ])
  await portal.database.transaction('everything', (tx) =>
    tx.run(
      sql`update change set problems = ${JSON.stringify(rows[0]?.problems)}::jsonb where row_number = 2`,
    ),
  )
  expect((await findRows(portal, ann, upload.id, { limit: 9 })).rows).toEqual(rows)
  const found = await findRows(portal, ann, upload.id, { problem: 'not-yes-or-no', limit: 9 })
  expect(found.rows.map(({ row }) => row)).toEqual([2, 3])
})
