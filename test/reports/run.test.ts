import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { Conflict, Gone, NotFound } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { reportText } from '../../src/reports/report-file.ts'
import { findReport, listReports, reportFile, runReport, startReport } from '../../src/reports/run.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'

const PEOPLE = 6000

let portal: Portal
let own: number
let pat: Actor
let stranger: Actor

beforeAll(async () => {
  portal = await testPortal()
  own = await makeOrganisation(portal, 'RX1')
  pat = await makeActor(portal, 'pat@x.example', 'local-helpdesk', own)
  stranger = await makeActor(
    portal,
    'eve@x.example',
    'local-administrator',
    await makeOrganisation(portal, 'RX2'),
  )
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`insert into account (id, organisation_id, local_id, local_id_key, first_name, last_name, job_title, created_at, updated_at, updated_by)
      select nextval('account_id'), ${own}, 'p' || n, 'p' || n, '🙂é', 'Person', repeat('🙂é', 30), now(), now(), ${pat.administratorId}
      from generate_series(1, ${PEOPLE}::integer) n`),
  )
})
afterAll(() => portal[Symbol.asyncDispose]())

function run(id: number): Promise<void> {
  return runReport(portal, { data: { reportRunId: id, organisationId: own } })
}

async function text(content: AsyncIterable<string | Buffer>): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of content) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces).toString()
}

test('a report is made in the background and is the same as the one streamed at once', async () => {
  const id = await startReport(portal, pat, { kind: 'mailbox', organisationCode: 'rx1' })
  expect(await findReport(portal, pat, id)).toMatchObject({
    id,
    kind: 'mailbox',
    status: 'running',
    organisation: { code: 'RX1' },
    requestedBy: { name: 'pat@x.example' },
    progress: { done: 0, total: PEOPLE },
  })
  await expect(reportFile(portal, pat, id)).rejects.toThrow(Conflict)
  await run(id)
  expect(await findReport(portal, pat, id)).toMatchObject({
    status: 'completed',
    progress: { done: PEOPLE, total: PEOPLE },
    expired: false,
  })
  const { filename, content } = await reportFile(portal, pat, id)
  expect(filename).toMatch(/^mailbox-report-RX1-\d{4}-\d\d-\d\d\.csv$/)
  expect(await text(content)).toBe(
    await text(reportText(portal, pat, { kind: 'mailbox', organisationCode: 'RX1' })),
  )
  const pieces = await portal.database.transaction('everything', (tx) =>
    tx.rows<{ bytes: number }>(
      sql`select length(bytes) as bytes from report_bytes where report_run_id = ${id}`,
    ),
  )
  expect(pieces.length).toBeGreaterThan(3)
  expect(Math.max(...pieces.map((piece) => piece.bytes))).toBeLessThanOrEqual(1024 * 1024)
})

test('asked for twice it is made once; a job that comes again changes nothing', async () => {
  const wanted = { kind: 'upload-file', organisationCode: 'RX1' } as const
  const [id, again] = await Promise.all([startReport(portal, pat, wanted), startReport(portal, pat, wanted)])
  expect(again).toBe(id)
  await Promise.all([run(id), run(id)])
  await run(id)
  const { content } = await reportFile(portal, pat, id)
  expect((await text(content)).split('\r\n')).toHaveLength(PEOPLE + 2)
  expect(await startReport(portal, pat, wanted)).not.toBe(id)
})

test('outside the scope there is no report', async () => {
  const [newest] = await listReports(portal, pat, { organisationId: own })
  expect(newest).toBeDefined()
  expect(await listReports(portal, stranger)).toEqual([])
  await expect(findReport(portal, stranger, newest?.id as number)).rejects.toThrow(NotFound)
  await expect(reportFile(portal, stranger, newest?.id as number)).rejects.toThrow(NotFound)
  await expect(startReport(portal, stranger, { kind: 'mailbox', organisationCode: 'RX1' })).rejects.toThrow(
    NotFound,
  )
})

test('who lost the right meanwhile gets none', async () => {
  const sam = await makeActor(portal, 'sam@x.example', 'auditor', own)
  const id = await startReport(portal, sam, { kind: 'mailbox', organisationCode: 'RX1' })
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`delete from administrator_role where administrator_id = ${sam.administratorId}`),
  )
  await run(id)
  expect(await findReport(portal, pat, id)).toMatchObject({
    status: 'failed',
    reason: { code: 'rights-withdrawn' },
  })
  await expect(reportFile(portal, pat, id)).rejects.toThrow(Conflict)
})

test('a file whose days are over is gone', async () => {
  const id = await startReport(portal, pat, { kind: 'mailbox', organisationCode: 'RX1' })
  await run(id)
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`delete from report_bytes where report_run_id = ${id}`),
  )
  expect((await findReport(portal, pat, id)).expired).toBe(true)
  await expect(reportFile(portal, pat, id)).rejects.toThrow(Gone)
})
