import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { countPlan } from '../../src/changes/plan/store-plan.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { check, create, csv } from '../support/upload.ts'

const PEOPLE = csv(
  'LocalID,FirstName,LastName,Mobile,JobTitle,Site',
  '0001,Jane,Smith,07700 900001,Nurse,Main Hospital',
  '0002,Omar,Khan,07700 900002,Porter,',
  '0003,Ann,Lee,07700 900003,,',
)

const EVERY_ACTION = csv(
  'LocalID,FirstName,LastName,Mobile,JobTitle,Site',
  '0001,,,,[clear],[clear]',
  '0002,,,,Clerk,Main Hospital',
  '0003,,,,,',
  '0004,Zoë,Berg,07700 900004,,',
  '0005,Omar,Khan,07700 900002,Porter,',
  '0006,Jo,,no number,,Nowhere',
  '3,,,,Clerk,',
)

test('what is counted while rows are planned is what the stored rows say', async () => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  await create(portal, ann, 'RX1', PEOPLE)
  const { upload } = await check(portal, ann, 'RX1', EVERY_ACTION, 'both')
  const stored = await portal.database.transaction([organisation], (tx) => countPlan(tx, upload.id))
  const { counts } = (await portal.database.transaction([organisation], (tx) =>
    tx.row<{ counts: object }>(sql`select counts from change_set where id = ${upload.id}`),
  )) as { counts: object }
  const { replaced, ...kept } = stored
  expect(counts).toEqual(kept)
  expect(stored).toMatchObject({ rows: 7, update: 2, create: 1, unchanged: 1, possibleDuplicate: 1 })
  expect({ clears: stored.clears, replaced }).toEqual({
    clears: { jobTitle: 1, site: 1 },
    replaced: { jobTitle: 1 },
  })
})

test('rows about one account, which are errors only once all are planned, are counted as such', async () => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  await create(portal, ann, 'RX1', PEOPLE)
  const { upload } = await check(
    portal,
    ann,
    'RX1',
    csv('LocalID,JobTitle', '0001,Sister', '0001,Matron', '0002,Clerk'),
  )
  expect(upload.counts).toMatchObject({
    rows: 3,
    update: 1,
    error: 2,
    fields: { jobTitle: 1 },
    problems: { 'repeated-row': 2 },
  })
})
