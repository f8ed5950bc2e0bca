import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Portal } from '../../src/portal.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { csv } from '../support/upload.ts'
import { type Api, CSV, multipart, openApi, work } from './api.ts'

const CREATE = csv(
  'LocalID,FirstName,LastName,Mobile',
  '001,Siân,Ap Rhys,07700900001',
  '002,Jo,Lee,07700900002',
)
const UPDATE = csv(
  'LocalID,JobTitle,Password,Notes',
  '001,Nurse,s3cret,keep me',
  '002,=cmd(),,',
  '009,Porter,,nobody has this number',
)

let portal: Portal
let organisation: number
let api: Api
let close: () => Promise<void>

beforeAll(async () => {
  portal = await testPortal()
  organisation = await makeOrganisation(portal, 'RX1')
  const opened = await openApi(portal)
  api = await opened.as(await makeActor(portal, 'jo@rx1.example', 'local-administrator', organisation))
  const created = await api.post('/uploads?organisation=RX1&mode=create&filename=new.csv', CREATE, CSV)
  await work(portal, organisation, created.json.id)
  await api.post(`/uploads/${created.json.id}/confirmation`)
  await work(portal, organisation, created.json.id)
  close = async () => {
    await opened.app.close()
    await portal[Symbol.asyncDispose]()
  }
})

afterAll(() => close())

test('an upload goes from the file to its results, each step in the shape that scripts rely on', async () => {
  const { body, headers } = multipart({ name: 'file', filename: 'people & co.csv', content: UPDATE })
  const sent = await api.post('/uploads?organisation=rx1&mode=update', body, headers)
  expect(sent.status).toBe(202)
  expect(sent.headers.location).toBe(`/api/v1/uploads/${sent.json.id}`)
  expect(sent.json).toMatchObject({
    organisation: 'RX1',
    filename: 'people & co.csv',
    mode: 'update',
    status: 'checking',
  })
  const url = `/uploads/${sent.json.id}`
  expect((await api.get(`${url}/results.csv`)).status).toBe(409)
  expect((await api.post(`${url}/confirmation`)).status).toBe(409)

  await work(portal, organisation, sent.json.id)
  const checked = await api.get(url)
  expect(checked.json).toEqual({
    id: sent.json.id,
    organisation: 'RX1',
    filename: 'people & co.csv',
    note: null,
    parts: [],
    mode: 'update',
    status: 'checked',
    reason: null,
    ...{ format: 'csv', sheet: null, otherSheets: [] },
    encoding: 'utf-8',
    delimiter: ',',
    counts: {
      ...{ rows: 3, update: 2, create: 0, unchanged: 0, error: 1 },
      ...{ possibleDuplicate: 0, differentPerson: 0, conflict: 0, setsBack: 0 },
      ...{ warned: 0, warnings: {}, repairs: {} },
    },
    acceptedRepairs: [],
    results: {
      updated: 0,
      created: 0,
      unchanged: 0,
      skipped: 0,
      failed: 0,
      withdrawn: 0,
      removed: 0,
      kept: 0,
    },
    progress: { done: expect.any(Number), total: 3 },
    ignoredColumns: [{ heading: 'Notes', nearest: null }],
    warnings: expect.any(Array),
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    completedAt: null,
  })

  const rows = await api.get(`${url}/rows?action=&limit=2`)
  expect(rows.json).toMatchObject({ next: 3 })
  expect(rows.json.rows[0]).toEqual({
    row: 2,
    action: 'update',
    localId: '001',
    accountId: expect.any(Number),
    changes: [{ field: 'jobTitle', old: null, new: 'Nurse' }],
    problems: [],
    similar: null,
    similarRow: null,
    choices: [],
    decision: null,
    result: null,
    detail: null,
  })
  const errors = await api.get(`${url}/rows?action=error&after=${rows.json.next}`)
  expect(errors.json).toMatchObject({
    rows: [
      {
        row: 4,
        problems: [{ column: 'LocalID', value: '009', severity: 'error', code: expect.any(String) }],
      },
    ],
    next: null,
  })

  const confirmed = await api.post(`${url}/confirmation`)
  expect(confirmed).toMatchObject({ status: 202, json: { id: sent.json.id, status: 'queued' } })
  expect((await api.post(`${url}/confirmation`)).status).toBe(202)
  await work(portal, organisation, sent.json.id)
  expect((await api.post(`${url}/confirmation`)).status).toBe(202)
  expect((await api.get(url)).json).toMatchObject({
    status: 'completed',
    results: {
      updated: 2,
      created: 0,
      unchanged: 0,
      skipped: 0,
      failed: 1,
      withdrawn: 0,
      removed: 0,
      kept: 0,
    },
    completedAt: expect.any(String),
  })
  expect((await api.post(`${url}/cancellation`)).status).toBe(409)

  const results = await api.get(`${url}/results.csv`)
  expect(results.headers['content-type']).toBe('text/csv; charset=utf-8')
  expect(results.headers['content-disposition']).toMatch(/^attachment; filename="[\w .()+-]+\.csv"$/)
  expect(results.text).toMatch(/^\uFEFFLocalID,JobTitle,Password,Notes,Result,/)
  expect(results.text).toContain('001,Nurse,,keep me,Updated,')
  expect(results.text).not.toContain('s3cret')
  const failed = await api.get(`${url}/failed-rows.csv`)
  expect(failed.text).toContain('009,Porter')
  expect(failed.text).not.toContain('001')

  const failedRows = await api.get(`${url}/rows?result=failed`)
  expect(failedRows.json.rows).toMatchObject([{ row: 4, result: 'failed' }])
})

test('the same request sent again with its key is the same upload, and a key is good for one file', async () => {
  const key = { ...CSV, 'idempotency-key': 'nightly-2026-11-22' }
  const first = await api.post('/uploads?organisation=RX1', UPDATE, key)
  expect(first.headers).not.toHaveProperty('idempotent-replayed')
  const again = await api.post('/uploads?organisation=RX1', UPDATE, key)
  expect(again).toMatchObject({
    status: 202,
    json: { id: first.json.id },
    headers: { 'idempotent-replayed': 'true' },
  })
  const other = await api.post('/uploads?organisation=RX1', CREATE, key)
  expect(other).toMatchObject({ status: 422, json: { code: 'idempotency-key-reused' } })
})

test('a cancelled upload changes nothing, however often it is cancelled', async () => {
  const sent = await api.post('/uploads?organisation=RX1', csv('LocalID,JobTitle', '001,Surgeon'), CSV)
  await work(portal, organisation, sent.json.id)
  for (const _ of [1, 2]) {
    const cancelled = await api.post(`/uploads/${sent.json.id}/cancellation`)
    expect(cancelled).toMatchObject({ status: 202, json: { status: 'cancelled' } })
  }
  expect((await api.post(`/uploads/${sent.json.id}/confirmation`)).status).toBe(409)
  expect((await api.get('/accounts?localId=001')).json.accounts[0]).not.toMatchObject({ jobTitle: 'Surgeon' })
})

test('a file without headings that can be used is rejected with the reason', async () => {
  const sent = await api.post('/uploads?organisation=RX1', csv('What,Is,This', '1,2,3'), CSV)
  await work(portal, organisation, sent.json.id)
  const rejected = (await api.get(`/uploads/${sent.json.id}`)).json
  expect(rejected).toMatchObject({ status: 'rejected', reason: expect.stringMatching(/heading|column/i) })
})

describe('possible duplicates', () => {
  const twin = csv('LocalID,FirstName,LastName,Mobile', '77,Jo,Lee,07700900002', '78,Kit,May,07700900003')

  async function checkedTwin(): Promise<string> {
    const sent = await api.post('/uploads?organisation=RX1&mode=create', twin, CSV)
    await work(portal, organisation, sent.json.id)
    const { counts } = (await api.get(`/uploads/${sent.json.id}`)).json
    expect(counts).toMatchObject({ possibleDuplicate: 1, create: 1 })
    return `/uploads/${sent.json.id}`
  }

  test('are decided row by row or all at once, and only before the confirmation', async () => {
    const url = await checkedTwin()
    const decided = await api.post(`${url}/decisions`, { rows: [{ row: 2, decision: 'create' }] })
    expect(decided).toMatchObject({ status: 200, json: { status: 'checked' } })
    expect((await api.post(`${url}/decisions`, { all: 'leave-out' })).status).toBe(200)
    const wrongRow = await api.post(`${url}/decisions`, { rows: [{ row: 3, decision: 'create' }] })
    expect(wrongRow).toMatchObject({ status: 400, json: { code: 'no-possible-duplicate' } })
    for (const body of [{}, { all: 'perhaps' }, { rows: [] }, { rows: [{ row: 0, decision: 'create' }] }]) {
      expect(await api.post(`${url}/decisions`, body)).toMatchObject({ status: 400, json: { errors: [{}] } })
    }
    await api.post(`${url}/confirmation`)
    await work(portal, organisation, Number(url.split('/').at(-1)))
    expect((await api.post(`${url}/decisions`, { all: 'create' })).status).toBe(409)
    expect((await api.get(url)).json).toMatchObject({ results: { created: 1, skipped: 1 } })
    expect((await api.get('/accounts?localId=77')).json.accounts).toEqual([])
  })
})
