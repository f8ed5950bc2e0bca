import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { check, csv, somebody } from '../support/upload.ts'

test('an apply whose session is taken away writes nothing more, and the next goes on from the mark', async () => {
  await using portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const lines = Array.from({ length: 12_000 }, (_, n) => `N${n},${somebody(n)}`)
  const { upload } = await check(
    portal,
    ann,
    'RX1',
    csv('LocalID,FirstName,LastName,Mobile', ...lines),
    'create',
  )
  await confirmChangeSet(portal, ann, upload.id)
  const job = { data: { changeSetId: upload.id, organisationId: organisation } }

  const applying = applyChangeSet(portal, job).then(
    () => 'ended',
    () => 'lost its session',
  )
  await firstChunk()
  const owner = new Client(portal.database.url)
  await owner.connect()
  await owner.query(
    `select pg_terminate_backend(pid) from pg_locks
      where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
        and classid = hashtext('apply-change-set')::oid`,
  )
  await owner.end()
  expect(await applying).toBe('lost its session')
  const partly = await findUpload(portal, ann, upload.id)
  expect(partly.status).toBe('applying')

  await applyChangeSet(portal, job)
  const done = await findUpload(portal, ann, upload.id)
  expect(done).toMatchObject({ status: 'completed', results: { created: 12_000, failed: 0 } })
  const there = await portal.database.transaction('everything', (tx) =>
    tx.row(sql`select (select count(*) from account) as accounts, (select count(*) from address) as addresses,
      (select count(*) from chunk where change_set_id = ${upload.id}) as chunks`),
  )
  expect(there).toEqual({ accounts: 12_000, addresses: 12_000, chunks: 3 })

  async function firstChunk(): Promise<void> {
    for (;;) {
      const { mark } = (await portal.database.transaction('everything', (tx) =>
        tx.row<{ mark: number }>(sql`select mark from change_set where id = ${upload.id}`),
      )) as { mark: number }
      if (mark > 1) return
      await sleep(10)
    }
  }
})
