import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { cancelChangeSet } from '../../src/changes/cancel.ts'
import { selectTotals } from '../../src/changes/store-totals.ts'
import { editAccount } from '../../src/edits/edit-account.ts'
import { checkUpload, failCheck } from '../../src/uploads/check.ts'
import { keepUp } from '../../src/worker/upkeep.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { takeBack } from '../support/undo.ts'
import { apply, check, create, csv, receive } from '../support/upload.ts'

test('the move that ends a set, whichever it is, adds it to the totals, and nothing takes it away', async () => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@x.example', 'local-administrator', organisation)
  const totals = () => portal.database.transaction('everything', selectTotals)
  const people = csv('LocalID,FirstName,LastName,Mobile', 'A1,Jo,Doe,07700 900001', 'A2,Mo,Doe,07700 900002')
  await create(portal, ann, 'RX1', people)
  expect(await totals()).toMatchObject({
    ...{ uploads: { completed: 1, checked: 0 }, rowsChecked: 2, rowsApplied: { created: 2, updated: 0 } },
  })

  const { upload } = await check(
    portal,
    ann,
    'RX1',
    csv('LocalID,JobTitle', 'A1,Nurse', 'A2,Clerk', 'A9,None'),
  )
  expect(await totals()).toMatchObject({ uploads: { completed: 1, checked: 1 }, rowsChecked: 5 })
  await apply(portal, ann, upload)
  await takeBack(portal, ann, upload.id, { rows: [2] })
  const account = await makeAccount(portal, { organisationId: organisation, updatedBy: ann.administratorId })
  await editAccount(portal, ann, account, { values: { jobTitle: 'Porter' } })
  const applied = { created: 2, updated: 4, failed: 1, skipped: 0 }
  expect(await totals()).toMatchObject({ uploads: { completed: 2 }, rowsChecked: 5, rowsApplied: applied })

  const cancelled = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A1,Cook'))
  await cancelChangeSet(portal, ann, cancelled.upload.id)
  const rejected = await receive(portal, ann, 'RX1', 'no headings')
  await checkUpload(portal, { data: { uploadId: rejected, organisationId: organisation } })
  const failed = await receive(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A1,Cook'))
  await failCheck(portal, { uploadId: failed, organisationId: organisation }, 'failed')
  const left = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A1,Driver', 'A2,Driver'))
  const then = {
    uploads: { completed: 2, cancelled: 1, rejected: 1, failed: 1, checked: 1, checking: 0 },
    ...{ rowsChecked: 8, rowsApplied: { ...applied, skipped: 1 } },
  }
  expect(await totals()).toMatchObject(then)

  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update change_set set created_at = now() - interval '1 year',
      completed_at = completed_at - interval '1 year'`),
  )
  await keepUp(portal)
  const uploads = { ...then.uploads, cancelled: 2, checked: 0 }
  expect(await totals()).toMatchObject({ ...then, uploads })
  expect(left.upload.id).toBeGreaterThan(0)
})

test('sets of one organisation that end at the same moment are all counted', async () => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@x.example', 'local-administrator', organisation)
  const accounts = []
  for (let n = 0; n < 20; n++)
    accounts.push(
      await makeAccount(portal, {
        organisationId: organisation,
        updatedBy: ann.administratorId,
        localId: `A${n}`,
      }),
    )
  await Promise.all(accounts.map((id) => editAccount(portal, ann, id, { values: { jobTitle: 'Porter' } })))
  const { rowsApplied } = await portal.database.transaction('everything', selectTotals)
  expect(rowsApplied.updated).toBe(20)
})
