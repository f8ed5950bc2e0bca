import { expect, test } from 'vitest'
import { accountHistory } from '../../src/changes/history/history.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, check, create, csv } from '../support/upload.ts'

const PEOPLE = csv(
  'LocalID,FirstName,LastName,Mobile,JobTitle,Site',
  '0001,Jane,Smith,07700 900001,Nurse,Main Hospital',
  '0002,Łukasz,Nowak,07700 900002,Porter,',
  '0003,Jane,Smith,07700 900003,,',
)

test('a file creates accounts, another updates them, and each is history', async () => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const actor = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)

  const created = await create(portal, actor, 'RX1', PEOPLE)
  expect(created.results).toMatchObject({ updated: 0, created: 3, unchanged: 0, skipped: 0, failed: 0 })

  const { upload, rows } = await check(
    portal,
    actor,
    'RX1',
    csv('LocalID,JobTitle,Site,Mobile', '0001,Sister,[clear],', '0002,Porter,,', '9999,Clerk,,', '3,Clerk,,'),
  )
  expect(upload.counts).toMatchObject({
    rows: 4,
    update: 1,
    unchanged: 1,
    error: 2,
    fields: { jobTitle: 1, site: 1 },
  })
  expect(rows[0]?.changes).toEqual([
    { field: 'jobTitle', old: 'Nurse', new: 'Sister' },
    { field: 'site', old: 'Main Hospital', new: null },
  ])
  expect(rows[3]?.problems[0]).toMatchObject({ code: 'leading-zeros-lost', value: '3' })

  const done = await apply(portal, actor, upload)
  expect(done.upload.status).toBe('completed')
  expect(done.rows.map((row) => row.result)).toEqual(['updated', 'unchanged', 'failed', 'failed'])

  const id = rows[0]?.accountId as number
  const { entries } = await accountHistory(portal, actor, id, { limit: 50 })
  expect(entries.slice(0, 2)).toMatchObject([
    { field: 'jobTitle', old: 'Nurse', new: 'Sister', upload: upload.id, row: 2 },
    { field: 'site', old: 'Main Hospital', new: null, upload: upload.id, row: 2 },
  ])
  expect(entries[2]).toMatchObject({ field: 'account', new: 'created', upload: created.id })
})
