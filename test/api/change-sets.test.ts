import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { planUndo } from '../../src/changes/history/undo.ts'
import type { Portal } from '../../src/portal.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, check, create, csv } from '../support/upload.ts'
import { type Api, openApi } from './api.ts'

let portal: Portal
let server: Awaited<ReturnType<typeof openApi>>
let api: Api
let ann: Actor
let organisationId: number
let uploadId: number

beforeAll(async () => {
  portal = await testPortal()
  server = await openApi(portal)
  organisationId = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', organisationId)
  api = await server.as(ann)
  await create(
    portal,
    ann,
    'RX1',
    csv('LocalID,FirstName,LastName,JobTitle,Mobile', 'A1,Jo,Doe,Nurse,07700 900001'),
  )
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'A1,Sister'))
  await apply(portal, ann, upload)
  uploadId = upload.id
})

afterAll(async () => {
  await server.app.close()
  await portal[Symbol.asyncDispose]()
})

test('a change is taken back by plan, rows, confirmation', async () => {
  const begun = await api.post(`/change-sets/${uploadId}/undo`)
  expect(begun).toMatchObject({ status: 202, json: { kind: 'undo', status: 'checking', undoes: uploadId } })
  const path = `/change-sets/${begun.json.id}`
  expect(begun.headers.location).toBe(`/api/v1${path}`)
  const data = { changeSetId: begun.json.id, organisationId }
  await planUndo(portal, { data })
  expect((await api.get(path)).json).toMatchObject({ status: 'checked', counts: { update: 1, kept: 0 } })
  expect((await api.get(`${path}/rows`)).json.rows).toMatchObject([
    { row: 2, action: 'update', changes: [{ field: 'jobTitle', old: 'Sister', new: 'Nurse' }], result: null },
  ])
  expect((await api.post(`${path}/confirmation`)).status).toBe(202)
  await applyChangeSet(portal, { data })
  expect((await api.get(path)).json).toMatchObject({ status: 'completed', results: { updated: 1 } })
  expect((await api.get(`/change-sets/${uploadId}`)).json).toMatchObject({
    kind: 'upload',
    undoneBy: begun.json.id,
  })
  const results = await api.get(`${path}/results.csv`)
  expect(results.text).toContain('Job title,Sister,Nurse,Taken back')
  expect((await api.get(`/change-sets/${uploadId}/results.csv`)).status).toBe(404)
  const list = await api.get('/change-sets?organisation=RX1&kind=undo')
  expect(list.json).toMatchObject({ changeSets: [{ id: begun.json.id }], next: null })
})

test('what can’t be taken back is said, and of others’ nothing', async () => {
  expect(await api.post(`/change-sets/${uploadId}/undo`, { fields: ['mobile'] })).toMatchObject({
    status: 400,
    json: {
      code: 'field-not-changed',
      detail:
        'This upload didn’t change: Mobile. It changed: Job title. Nothing was taken back; choose among those.',
    },
  })
  const aliases = await api.post(`/change-sets/${uploadId}/undo`, { fields: ['otherAddresses'] })
  expect(aliases.json.detail).toContain('didn’t change: Other addresses.')
  expect((await api.post(`/change-sets/${uploadId}/undo`, { rows: [0] })).status).toBe(400)
  const other = await makeOrganisation(portal, 'RY2')
  const far = await server.as(await makeActor(portal, 'far@ry2.example', 'local-administrator', other))
  for (const path of [`/change-sets/${uploadId}/undo`, `/change-sets/${uploadId}/confirmation`]) {
    const [foreign, none] = [await far.post(path), await far.post(path.replace(String(uploadId), '999'))]
    expect(foreign.status).toBe(404)
    expect(foreign.json.detail).toBe(none.json.detail)
  }
  expect((await far.get('/change-sets')).json.changeSets).toEqual([])
})
