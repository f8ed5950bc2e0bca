import { expect, test } from 'vitest'
import { listUploads } from '../../src/uploads/find-uploads.ts'
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
