import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { openTotals } from '../../src/uploads/find-totals.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

test('what ended a while ago is counted once and for good; what goes on, each time', async () => {
  await using portal = await testPortal()
  const organisationId = await makeOrganisation(portal, 'RX1')
  const { administratorId } = await makeActor(portal, 'ann@x.example', 'local-administrator', organisationId)
  const start = Date.now()
  const add = (status: string, minutes: number | null, updated: number) =>
    portal.database.transaction('everything', (tx) =>
      tx.run(sql`insert into change_set (organisation_id, kind, status, created_by, created_at, completed_at, counts,
          results)
        values (${organisationId}, 'upload', ${status}, ${administratorId}, now(),
          ${minutes === null ? null : new Date(start + minutes * 60_000)},
          jsonb_build_object('rows', ${updated}::integer), jsonb_build_object('updated', ${updated}::integer))`),
    )
  const read = openTotals()
  const at = async (minutes: number) => {
    const { uploads, rowsApplied, rowsChecked } = await portal.database.transaction('everything', (tx) =>
      read(tx, new Date(start + minutes * 60_000)),
    )
    const { completed, applying } = uploads
    return { completed, applying, updated: rowsApplied.updated, rowsChecked }
  }
  await add('completed', 0, 10)
  await add('applying', null, 5_000)
  expect(await at(1)).toEqual({ completed: 1, applying: 1, updated: 5_010, rowsChecked: 5_010 })
  expect(await at(60)).toEqual({ completed: 1, applying: 1, updated: 5_010, rowsChecked: 5_010 })
  await add('completed', 59, 7)
  expect(await at(61)).toMatchObject({ completed: 2, updated: 5_017 })
  expect(await at(30)).toMatchObject({ completed: 2, updated: 5_017 })
  const both = await Promise.all([at(120), at(120)])
  expect(both.map(({ updated }) => updated)).toEqual([5_017, 5_017])
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`delete from change_set where status = 'completed'`),
  )
  expect(await at(121)).toMatchObject({ completed: 2, applying: 1, updated: 5_017 })
})

test('what was read while the clock was a day ahead is read again', async () => {
  await using portal = await testPortal()
  const organisationId = await makeOrganisation(portal, 'RX1')
  const { administratorId } = await makeActor(portal, 'ann@x.example', 'local-administrator', organisationId)
  const start = Date.now()
  const read = openTotals()
  const at = async (minutes: number) => {
    const now = new Date(start + minutes * 60_000)
    return (await portal.database.transaction('everything', (tx) => read(tx, now))).uploads.completed
  }
  const complete = () =>
    portal.database.transaction('everything', (tx) =>
      tx.run(sql`insert into change_set (organisation_id, kind, status, created_by, created_at, completed_at)
        values (${organisationId}, 'upload', 'completed', ${administratorId}, now(), now())`),
    )
  await complete()
  expect(await at(24 * 60)).toBe(1)
  await complete()
  expect(await at(1)).toBe(2)
  expect(await at(60)).toBe(2)
})
