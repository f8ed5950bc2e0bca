import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { accountHistory } from '../../src/changes/history/history.ts'
import { Gone } from '../../src/errors.ts'
import { openLog } from '../../src/log.ts'
import type { Portal } from '../../src/portal.ts'
import { findReport, runReport, startReport } from '../../src/reports/run.ts'
import { checkUpload } from '../../src/uploads/check.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { receiveUpload } from '../../src/uploads/receive.ts'
import { resultsFile } from '../../src/uploads/results-file.ts'
import { sendResults } from '../../src/uploads/send-results.ts'
import { keepUp } from '../../src/worker/upkeep.ts'
import { makeAccount } from '../support/account.ts'
import { asOwner, makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

const DAY = 24 * 3600_000
const STARTED = new Date('2026-11-01T09:00:00Z')

let now = STARTED
let portal: Portal
let own: number
let pat: Actor
let maryId: number

beforeAll(async () => {
  const opened = await testPortal({ uploadKeepDays: 30 })
  portal = { ...opened, clock: { now: () => now } }
  own = await makeOrganisation(portal, 'RX1')
  pat = await makeActor(portal, 'pat@x.example', 'local-administrator', own)
  const by = { organisationId: own, updatedBy: pat.administratorId }
  maryId = await makeAccount(portal, { ...by, localId: '1', jobTitle: 'Nurse' })
  await makeAccount(portal, { ...by, localId: '2', jobTitle: 'Porter' })
})
afterAll(() => portal[Symbol.asyncDispose]())

async function upload(csv: string, idempotencyKey?: string): Promise<number> {
  const { id } = await receiveUpload(portal, pat, {
    organisationCode: 'RX1',
    mode: 'update',
    filename: 'people.csv',
    bytes: (async function* () {
      yield Buffer.from(csv)
    })(),
    ...(idempotencyKey ? { idempotencyKey } : {}),
  })
  await checkUpload(portal, { data: { uploadId: id, organisationId: own } })
  return id
}

function count(
  table: 'change' | 'problem_kind' | 'upload_block' | 'idempotency_key' | 'report_bytes' | 'session' | 'mail',
): Promise<number> {
  return portal.database.transaction('everything', async (tx) => {
    const { rows } = await tx.query(`select count(*)::integer as count from ${table}`)
    return (rows[0] as { count: number }).count
  })
}

test('after its days an upload keeps its counts and its history, and nothing else', async () => {
  const id = await upload('LocalID,JobTitle\r\n1,07700 900123\r\n2,Porter\r\n9,Nobody\r\n', 'key')
  await confirmChangeSet(portal, pat, id)
  await applyChangeSet(portal, { data: { changeSetId: id, organisationId: own } })
  await sendResults(portal, { uploadId: id, organisationId: own })
  const report = await startReport(portal, pat, { kind: 'mailbox', organisationCode: 'RX1' })
  await runReport(portal, { data: { reportRunId: report, organisationId: own } })
  await portal.database.transaction([], (tx) =>
    tx.run(
      sql`insert into session (id_hash, data, expires_at) values ('a', '{}', ${new Date(now.getTime() + DAY)})`,
    ),
  )

  now = new Date(STARTED.getTime() + 29.9 * DAY)
  await keepUp(portal)
  expect((await findUpload(portal, pat, id)).expiredAt).toBeNull()
  expect(await count('change')).toBe(3)
  expect(await count('session')).toBe(0)

  now = new Date(STARTED.getTime() + 30.1 * DAY)
  await keepUp(portal)
  await keepUp(portal)
  const expired = await findUpload(portal, pat, id)
  expect(expired.expiredAt).toEqual(now)
  expect(expired.counts).toMatchObject({ rows: 3, update: 1, unchanged: 1, error: 1 })
  expect(expired.results).toMatchObject({ updated: 1, unchanged: 1, failed: 1 })
  expect([await count('change'), await count('upload_block'), await count('idempotency_key')]).toEqual([
    1, 0, 0,
  ])
  expect(await count('problem_kind')).toBe(1) // the warning's, which stands on the applied row
  const { entries } = await accountHistory(portal, pat, maryId, { limit: 10 })
  expect(entries).toMatchObject([
    { field: 'jobTitle', old: 'Nurse', new: '07700 900123', upload: id, row: 2 },
  ])
  await expect(resultsFile(portal, pat, id)).rejects.toThrow(Gone)
  expect(await count('mail')).toBe(0)
  expect(await count('report_bytes')).toBe(0)
  expect((await findReport(portal, pat, report)).expired).toBe(true)
})

test('a plan that nobody confirmed is cancelled and goes too; a younger one stays', async () => {
  const old = await upload('LocalID,JobTitle\r\n1,Sister\r\n')
  now = new Date(now.getTime() + 10 * DAY)
  const young = await upload('LocalID,JobTitle\r\n1,Consultant\r\n')
  now = new Date(now.getTime() + 21 * DAY)
  await keepUp(portal)
  expect(await findUpload(portal, pat, old)).toMatchObject({ status: 'cancelled', expiredAt: now })
  expect(await findUpload(portal, pat, young)).toMatchObject({ status: 'checked', expiredAt: null })
  expect(await count('upload_block')).toBe(1)
})

test('an upload that can’t be expired holds up neither the next nor the rest', async () => {
  const stuck = await upload('LocalID,JobTitle\r\n1,Sister\r\n')
  const next = await upload('LocalID,JobTitle\r\n1,Consultant\r\n', 'another key')
  now = new Date(now.getTime() + 31 * DAY)
  await asOwner(
    portal,
    `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
     create trigger refuse before delete on upload_block for each row when (old.upload_id = ${stuck})
       execute function refuse();`,
  )
  await keepUp({ ...portal, log: openLog('silent') })
  expect((await findUpload(portal, pat, stuck)).expiredAt).toBeNull()
  expect((await findUpload(portal, pat, next)).expiredAt).toEqual(now)
  expect(await count('idempotency_key')).toBe(0)
})
