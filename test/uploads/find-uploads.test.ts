import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { listUploads } from '../../src/uploads/find-uploads.ts'
import { explaining } from '../support/explaining.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { check, csv } from '../support/upload.ts'

test('lists don’t read what may be as large as a heading row', async () => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@x.example', 'local-administrator', organisation)
  await check(portal, ann, 'RX1', csv('LocalID,JobTitle,AnOddHeading', '1,Nurse,'))
  const { uploads } = await listUploads(portal, ann, { limit: 5 })
  expect(uploads).toHaveLength(1)
  expect(JSON.stringify(uploads)).not.toContain('Heading')
})

test('an organisation’s uploads are found by an index, however many others have', async () => {
  await using portal = await testPortal()
  const [own, other] = [await makeOrganisation(portal, 'RX1'), await makeOrganisation(portal, 'RX2')]
  const everyone = await makeActor(portal, 'all@x.example', 'global-administrator')
  const { upload } = await check(portal, everyone, 'RX1', csv('LocalID,JobTitle', '1,Nurse'), 'update')
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`with sets as (
        insert into change_set (organisation_id, kind, status, created_by, created_at)
        select ${other}, 'upload', 'completed', ${everyone.administratorId}::integer, now()
        from generate_series(1, 5000) returning id, organisation_id)
      insert into upload (id, organisation_id, filename, mode, size_bytes, sha256, lines, encoding)
      select id, organisation_id, 'people.csv', 'update', 1, '', 1, 'utf-8' from sets`),
  )
  const lists = [{}, { status: ['checked'] }, { status: ['completed'], withFailures: true }] as const
  for (const list of lists) {
    const plans: string[] = []
    const wanted = { organisationId: own, limit: 5, ...list }
    const { uploads } = await listUploads(explaining(portal, plans), everyone, wanted)
    expect(uploads.map(({ id }) => id)).toEqual('withFailures' in list ? [] : [upload.id])
    expect(plans).toHaveLength(1)
    expect(plans[0]).not.toMatch(/Seq Scan on (upload|change_set)/)
  }
})
