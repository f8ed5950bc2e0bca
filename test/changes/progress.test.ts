import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { nextRowOf, shareApplied } from '../../src/changes/change-set.ts'
import { findChangeSet } from '../../src/changes/find-change-sets.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

test.each([
  ['nothing is applied', { firstRow: 1, lastRow: 4, mark: 0 }, 1, 0],
  ['nothing of a file below its headings', { firstRow: 2, lastRow: 5, mark: 0 }, 2, 0],
  ['half of it', { firstRow: 2, lastRow: 5, mark: 3 }, 4, 0.5],
  ['all of it', { firstRow: 2, lastRow: 5, mark: 5 }, 6, 1],
  ['one row', { firstRow: 7, lastRow: 7, mark: 7 }, 8, 1],
  ['no row at all', { firstRow: 1, lastRow: 0, mark: 0 }, 1, 0],
])('%s: the next row, and the share of rows', (_what, set, next, share) => {
  expect([nextRowOf(set), shareApplied(set)]).toEqual([next, share])
})

// Of eight rows, two are blank: what is counted is rows with something in them.
test.each([
  ['applying', 0, 0],
  ['applying', 5, 3],
  ['applying', 8, 5],
  ['cancelled', 5, 3],
  ['completed', 9, 6],
])('a set that is %s, with its mark at row %i, has %i of 6 rows done', async (status, mark, done) => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@x.example', 'local-administrator', organisation)
  const set = await portal.database.transaction('everything', (tx) =>
    tx.row<{ id: number }>(
      sql`insert into change_set (organisation_id, kind, status, created_by, created_at, first_row, last_row, mark, counts)
          values (${organisation}, 'edit', ${status}, ${ann.administratorId}, now(), 2, 9, ${mark}, '{"rows": 6}')
          returning id`,
    ),
  )
  expect((await findChangeSet(portal, ann, set?.id as number)).progress).toEqual({ done, total: 6 })
})
