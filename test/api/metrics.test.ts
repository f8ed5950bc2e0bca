import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import type { Portal } from '../../src/portal.ts'
import { openServer } from '../../src/server/open.ts'
import { sendResults } from '../../src/uploads/send-results.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { check, csv, somebody } from '../support/upload.ts'

const TOKEN = 'a-token-of-prometheus'

let portal: Portal
let app: FastifyInstance
let organisationId: number
let pat: Actor

beforeAll(async () => {
  portal = await testPortal({ metricsToken: TOKEN, smtpUrl: 'smtp://127.0.0.1:1' })
  organisationId = await makeOrganisation(portal, 'RX1')
  pat = await makeActor(portal, 'pat@x.example', 'local-administrator', organisationId)
  app = await openServer(portal)
})
afterAll(async () => {
  await app.close()
  await portal[Symbol.asyncDispose]()
})

test('who has no token is told nothing; without METRICS_TOKEN there is no such page', async () => {
  for (const authorization of [undefined, 'Bearer ', `Bearer ${TOKEN}x`, TOKEN, `Basic ${TOKEN}`]) {
    const answer = await app.inject({ url: '/metrics', headers: authorization ? { authorization } : {} })
    expect(answer).toMatchObject({ statusCode: 401, body: '' })
  }
  await using plain = await testPortal()
  const without = await openServer(plain)
  const asked = await without.inject({ url: '/metrics', headers: { authorization: 'Bearer undefined' } })
  const unknown = await without.inject({ url: '/no-such-page' })
  expect([asked.statusCode, asked.headers.location]).toEqual([unknown.statusCode, unknown.headers.location])
  expect(asked.body).not.toContain('muster_')
  await without.close()
})

test('an upload shows in each figure as it goes its way', async () => {
  expect(await metrics()).toMatchObject({
    'muster_rows_applied_total{result="created"}': 0,
    'muster_uploads{status="failed"}': 0,
  })
  const lines = ['1,Jo,Doe,07700 900123', '2,Mo,Doe,07700 900124', '3,,,']
  const { upload } = await check(
    portal,
    pat,
    'RX1',
    csv('LocalID,FirstName,LastName,Mobile', ...lines),
    'create',
  )
  const before = await metrics()
  expect(before).toMatchObject({
    muster_database_up: 1,
    'muster_uploads{status="checked"}': 1,
    muster_rows_checked_total: 3,
    'muster_rows_applied_total{result="created"}': 0,
    'muster_jobs_waiting{queue="apply-change-set"}': 0,
    'muster_jobs_oldest_seconds{queue="apply-change-set"}': 0,
    muster_mail_waiting: 0,
  })
  await confirmChangeSet(portal, pat, upload.id)
  const queued = await metrics()
  expect(queued).toMatchObject({
    'muster_uploads{status="queued"}': 1,
    'muster_uploads{status="checked"}': 0,
    'muster_jobs_waiting{queue="apply-change-set"}': 1,
    'muster_jobs_running{queue="apply-change-set"}': 0,
  })
  expect(queued['muster_jobs_oldest_seconds{queue="apply-change-set"}']).toBeGreaterThan(0)
  await applyChangeSet(portal, { data: { changeSetId: upload.id, organisationId } })
  await sendResults(portal, { uploadId: upload.id, organisationId })
  const after = await metrics()
  expect(after).toMatchObject({
    'muster_uploads{status="completed"}': 1,
    'muster_rows_applied_total{result="created"}': 2,
    'muster_rows_applied_total{result="failed"}': 1,
    'muster_jobs_waiting{queue="send-results"}': 1,
    muster_mail_waiting: 1,
  })
  expect(after.muster_mail_oldest_seconds).toBeGreaterThan(0)
})

test('rows count as applied chunk by chunk, while the rest of a large file is still to come', {
  timeout: 240_000,
}, async () => {
  const before = await metrics()
  const lines = Array.from({ length: 5_100 }, (_, n) => `L${n},${somebody(n)}`)
  const file = csv('LocalID,FirstName,LastName,Mobile', ...lines)
  const { upload } = await check(portal, pat, 'RX1', file, 'create')
  await confirmChangeSet(portal, pat, upload.id)
  const stop = new AbortController()
  const signal = Object.assign(stop.signal, {
    throwIfAborted: () => {
      if (stop.signal.aborted) throw new Error('stopped after a chunk')
      stop.abort()
    },
  })
  const job = { data: { changeSetId: upload.id, organisationId } }
  await expect(applyChangeSet(portal, { ...job, signal })).rejects.toThrow('stopped after a chunk')
  const halfway = await metrics()
  await applyChangeSet(portal, job)
  const after = await metrics()
  const created = [before, halfway, after].map((at) => at['muster_rows_applied_total{result="created"}'] ?? 0)
  expect(created.map((rows) => rows - (created[0] ?? 0))).toEqual([0, 5_000, 5_100])
  expect(halfway['muster_uploads{status="applying"}']).toBe(1)
})

test('operations.md tells of each figure', async () => {
  const { body } = await scrape()
  const names = [...body.matchAll(/^# TYPE ((?:muster|http)_\w+) /gm)].map(([, name]) => name)
  const text = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'operations.md'), 'utf8')
  expect(names.length).toBeGreaterThan(9)
  expect(names.filter((name) => !text.includes(`\`${name}`))).toEqual([])
})

test('requests are measured by their route, the process by its memory and its event loop', async () => {
  await app.inject('/api/v1/uploads/17')
  await app.inject('/uploads/18')
  await app.inject('/nowhere/Siobhan')
  const { body } = await scrape()
  expect(body).toContain('http_request_method="GET",http_route="/api/v1/uploads/:id"')
  expect(body).toMatch(
    /_count\{http_request_method="GET",http_route="none",http_response_status_code="\d+"\} \d/,
  )
  expect(body).not.toContain('Siobhan')
  expect(body).toMatch(/^process_resident_memory_bytes \d{7,}$/m)
  expect(body).toMatch(/^nodejs_eventloop_lag_p99_seconds [\d.e-]+$/m)
})

test('a database that is away takes its figures with it, and no others', async () => {
  await using other = await testPortal({ metricsToken: TOKEN })
  const cutOff = { ...other }
  const server = await openServer(cutOff)
  cutOff.database = { ...other.database, transaction: () => Promise.reject(new Error('it is away')) }
  const { statusCode, body } = await server.inject({
    url: '/metrics',
    headers: { authorization: `Bearer ${TOKEN}` },
  })
  expect(statusCode).toBe(200)
  expect(body).toMatch(/^muster_database_up 0$/m)
  expect(body).toMatch(/^process_resident_memory_bytes/m)
  expect(body).not.toMatch(/muster_rows|muster_jobs|muster_mail|muster_uploads/)
  await server.close()
})

function scrape() {
  return app.inject({ url: '/metrics', headers: { authorization: `Bearer ${TOKEN}` } })
}

async function metrics(): Promise<Record<string, number>> {
  const { statusCode, body } = await scrape()
  expect(statusCode).toBe(200)
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  )
}
