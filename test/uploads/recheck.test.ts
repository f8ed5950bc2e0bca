import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { cancelChangeSet } from '../../src/changes/cancel.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { Conflict, Forbidden, InvalidInput, NotFound } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { checkUpload } from '../../src/uploads/check.ts'
import { findRows } from '../../src/uploads/find-rows.ts'
import { findUnreadHeadings } from '../../src/uploads/find-unread.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { recheckUpload } from '../../src/uploads/recheck.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, check, create, csv } from '../support/upload.ts'

async function trust() {
  const portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  await create(portal, ann, 'RX1', csv('LocalID,FirstName,LastName,Mobile', '01,Jane,Smith,07700 900001'))
  const again = (uploadId: number) =>
    checkUpload(portal, { data: { uploadId, organisationId: organisation } })
  return { portal, organisation, ann, again }
}

const FOREIGN = csv(
  'Tjänstenummer,Befattning,Lösenord-hint',
  '01,Nurse,x',
  '02,Porter,y',
  '03,Clerk,z',
  '04,Cook,q',
)
const MEANT = { Tjänstenummer: 'LocalID', Befattning: 'jobTitle', 'Lösenord-hint': null }

test('a file with headings that nobody knows is read once they are explained, and so is the next', async () => {
  const { portal, ann, again } = await trust()
  await using _ = portal
  const { upload } = await check(portal, ann, 'RX1', FOREIGN)
  expect(upload).toMatchObject({ status: 'rejected', reason: { code: 'no-heading-row' } })
  const { unread } = await findUnreadHeadings(portal, ann, upload.id)
  expect(unread.map(({ heading, samples }) => [heading, samples])).toEqual([
    ['Tjänstenummer', ['01', '02', '03']],
    ['Befattning', ['Nurse', 'Porter', 'Clerk']],
    ['Lösenord-hint', ['x', 'y', 'z']],
  ])
  await recheckUpload(portal, ann, upload.id, { mapping: MEANT, remember: true })
  await again(upload.id)
  const read = await findUpload(portal, ann, upload.id)
  expect(read).toMatchObject({ status: 'checked', reason: null, counts: { update: 1, error: 3 } })
  expect(read.assumptions).toMatchObject({ ignored: ['Lösenord-hint'] })
  await apply(portal, ann, read)
  expect(await bytesOf(portal, upload.id)).toBe(0)

  const reordered = csv('Befattning,Lösenord-hint,Tjänstenummer', 'Sister,x,01')
  expect((await check(portal, ann, 'RX1', reordered)).upload).toMatchObject({
    status: 'checked',
    counts: { update: 1 },
  })
})

test('a plan is made anew from the same bytes, once however many ask, and nothing of the old one stays', async () => {
  const { portal, ann, again } = await trust()
  await using _ = portal
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', '01,Nurse', '09,Porter'))
  expect(await bytesOf(portal, upload.id)).toBe(1)
  await create(portal, ann, 'RX1', csv('LocalID,FirstName,LastName,Mobile', '09,Omar,Khan,07700 900002'))
  await Promise.all([recheckUpload(portal, ann, upload.id), recheckUpload(portal, ann, upload.id)])
  expect((await findUpload(portal, ann, upload.id)).status).toBe('checking')
  await expect(confirmChangeSet(portal, ann, upload.id)).rejects.toThrow(Conflict)
  const jobs = await portal.database.transaction('everything', (tx) =>
    tx.rows(
      sql`select 1 from pgboss.job where name = 'check-upload' and data->>'uploadId' = ${String(upload.id)}`,
    ),
  )
  expect(jobs).toHaveLength(2) // the one of its arrival, and one more
  await again(upload.id)
  await again(upload.id)
  const { rows } = await findRows(portal, ann, upload.id, { limit: 10 })
  expect(rows.map(({ row, action }) => [row, action])).toEqual([
    [2, 'update'],
    [3, 'update'],
  ])
})

test('what is confirmed, cancelled or somebody else’s is not checked again', async () => {
  const { portal, ann, organisation } = await trust()
  await using _ = portal
  const other = await makeOrganisation(portal, 'RY2')
  const far = await makeActor(portal, 'far@other.example', 'local-administrator', other)
  const auditor = await makeActor(portal, 'aud@trust.example', 'auditor', organisation)
  const file = csv('LocalID,JobTitle', '01,Nurse')
  const { upload } = await check(portal, ann, 'RX1', file)
  await expect(recheckUpload(portal, far, upload.id)).rejects.toThrow(NotFound)
  await expect(recheckUpload(portal, auditor, upload.id)).rejects.toThrow(Forbidden)
  for (const mapping of [{ Notes: 'shoe' }, { a: 'site', b: 'Site' }, { Password: 'title' }])
    await expect(recheckUpload(portal, ann, upload.id, { mapping })).rejects.toThrow(InvalidInput)
  await confirmChangeSet(portal, ann, upload.id)
  await expect(recheckUpload(portal, ann, upload.id)).rejects.toThrow(Conflict)
  const { upload: another } = await check(portal, ann, 'RX1', file)
  await cancelChangeSet(portal, ann, another.id)
  expect(await bytesOf(portal, another.id)).toBe(0)
  await expect(recheckUpload(portal, ann, another.id)).rejects.toThrow(Conflict)
})

test('what was hidden for its passwords is not read, whatever is said of its headings', async () => {
  const { portal, ann, again } = await trust()
  await using _ = portal
  const { upload } = await check(portal, ann, 'RX1', csv('Nummer,Password', '01,hunter2'))
  await recheckUpload(portal, ann, upload.id, { mapping: { Nummer: 'LocalID' } })
  await again(upload.id)
  expect((await findUpload(portal, ann, upload.id)).reason?.code).toBe('hidden-by-passwords')
  expect(await bytesOf(portal, upload.id)).toBe(0)
})

async function bytesOf(portal: Portal, id: number): Promise<number | undefined> {
  const counted = await portal.database.transaction('everything', (tx) =>
    tx.row<{ count: number }>(sql`select count(*)::integer from upload_bytes where upload_id = ${id}`),
  )
  return counted?.count
}
