import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { planAction } from '../../src/actions/plan.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import type { Portal } from '../../src/portal.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { type Api, openApi } from './api.ts'

let portal: Portal
let server: Awaited<ReturnType<typeof openApi>>
let organisationId: number
let ann: Actor
let api: Api
let helpdesk: Api
let id: number

beforeAll(async () => {
  portal = await testPortal()
  server = await openApi(portal)
  organisationId = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', organisationId)
  api = await server.as(ann)
  helpdesk = await server.as(await makeActor(portal, 'hal@rx1.example', 'local-helpdesk', organisationId))
  const known = { organisationId, updatedBy: ann.administratorId, firstName: 'Jo', lastName: 'Doe' }
  id = await makeAccount(portal, { ...known, localId: 'A1' })
})

afterAll(async () => {
  await server.app.close()
  await portal[Symbol.asyncDispose]()
})

test('helpdesk disables by local ID, and takes it back', async () => {
  const begun = await helpdesk.post('/actions?organisation=rx1', {
    action: 'disable',
    accounts: { localIds: ['a1', 'B7'] },
  })
  expect(begun).toMatchObject({
    status: 202,
    json: { kind: 'action', action: 'disable', status: 'checked', counts: { rows: 2, update: 1, error: 1 } },
  })
  const path = `/change-sets/${begun.json.id}`
  expect(begun.headers.location).toBe(`/api/v1${path}`)
  expect((await helpdesk.get(`${path}/rows`)).json.rows).toMatchObject([
    { row: 1, accountId: id, changes: [{ field: 'status', old: 'Active', new: 'Disabled' }] },
    { row: 2, accountId: null, localId: 'B7', problems: [{ code: 'unknown-local-id' }] },
  ])
  expect((await helpdesk.post(`${path}/confirmation`)).status).toBe(202)
  await applyChangeSet(portal, { data: { changeSetId: begun.json.id, organisationId } })
  expect((await helpdesk.get(path)).json).toMatchObject({
    status: 'completed',
    results: { updated: 1, failed: 1 },
  })
  expect((await helpdesk.get(`${path}/results.csv`)).text).toContain('Status,Active,Disabled,Updated')
  expect((await helpdesk.post(`${path}/undo`)).status).toBe(202)
})

test('a filter is planned in the background', async () => {
  const begun = await api.post('/actions?organisation=RX1', {
    ...{ action: 'set', field: 'jobTitle', value: 'Nurse' },
    accounts: { filter: { search: 'doe' } },
  })
  expect(begun).toMatchObject({ status: 202, json: { status: 'checking', action: 'set' } })
  await planAction(portal, { data: { changeSetId: begun.json.id, organisationId } })
  expect((await api.get(`/change-sets/${begun.json.id}`)).json).toMatchObject({
    status: 'checked',
    fields: ['jobTitle'],
    counts: { update: 1 },
  })
})

test('what can’t be is told, and what isn’t allowed', async () => {
  const send = (by: Api, body: object, organisation = 'RX1') =>
    by.post(`/actions?organisation=${organisation}`, { action: 'disable', accounts: { ids: [id] }, ...body })
  expect(await send(api, { action: 'explode' })).toMatchObject({ status: 400 })
  expect(await send(api, { accounts: { ids: [] } })).toMatchObject({ status: 400 })
  expect(await send(api, { accounts: { ids: [id], localIds: ['A1'] } })).toMatchObject({ status: 400 })
  expect(await send(api, { action: 'set', field: 'firstName', value: 'X' })).toMatchObject({
    status: 400,
    json: { code: 'cannot-set' },
  })
  expect(await send(api, { action: 'delete' })).toMatchObject({ status: 403 })
  expect(await send(helpdesk, { action: 'leaver' })).toMatchObject({ status: 403 })
  expect(await send(api, {}, 'RX9')).toMatchObject({ status: 404 })
})
