import { afterAll, beforeAll, expect, test } from 'vitest'
import { searchDuplicates } from '../../src/duplicates/search.ts'
import type { Portal } from '../../src/portal.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { type Api, openApi } from './api.ts'

let portal: Portal
let server: Awaited<ReturnType<typeof openApi>>
let organisationId: number
let api: Api
let auditor: Api
let ids: [number, number]

beforeAll(async () => {
  portal = await testPortal()
  server = await openApi(portal)
  organisationId = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', organisationId)
  api = await server.as(ann)
  auditor = await server.as(await makeActor(portal, 'aud@rx1.example', 'auditor', organisationId))
  const jane = { organisationId, updatedBy: ann.administratorId, firstName: 'Jane', lastName: 'Doe' }
  const mobile = '+447700900001'
  ids = [await makeAccount(portal, { ...jane, mobile }), await makeAccount(portal, { ...jane, mobile })]
})

afterAll(async () => {
  await server.app.close()
  await portal[Symbol.asyncDispose]()
})

test('a search is begun and looked at', async () => {
  expect((await api.get('/duplicates/search?organisation=RX1')).status).toBe(404)
  expect((await auditor.post('/duplicates/search?organisation=RX1')).status).toBe(403)
  const begun = await api.post('/duplicates/search?organisation=RX1')
  expect(begun).toMatchObject({ status: 202, json: { status: 'running', progress: { done: 0, total: 2 } } })
  await searchDuplicates(portal, { data: { organisationId } })
  const ended = await auditor.get('/duplicates/search?organisation=RX1')
  expect(ended.json).toMatchObject({ status: 'completed', askedBy: 'ann@rx1.example', reason: null })
})

test('pairs are listed, and settled both ways', async () => {
  const list = '/duplicates?organisation=RX1'
  expect((await auditor.get(list)).json).toMatchObject({
    duplicates: [
      {
        ...{ accounts: [{ id: ids[0] }, { id: ids[1] }], why: 'name-and-mobile', names: 'same' },
        ...{ reason: 'the same name and mobile', notSame: null, changeSet: null },
      },
    ],
    ...{ next: null, counts: { open: 1, notSame: 0 } },
  })
  const decide = (caller: Api, body: object) => caller.post('/duplicates/decisions?organisation=RX1', body)
  const notSame = { accounts: ids, decision: 'not-same' }
  expect((await decide(auditor, notSame)).status).toBe(403)
  expect((await decide(api, notSame)).json).toEqual({ changeSet: null })
  expect((await api.get(`${list}&notSame=true`)).json.duplicates).toMatchObject([
    { notSame: { by: 'ann@rx1.example' } },
  ])
  await decide(api, { accounts: ids, decision: 'undecided' })
  expect((await decide(api, { accounts: ids, decision: 'same' })).status).toBe(400)
  const { changeSet } = (await decide(api, { accounts: ids, decision: 'same', keep: ids[0] })).json
  expect((await api.get(`/change-sets/${changeSet}/rows`)).json.rows).toMatchObject([
    { accountId: ids[1], changes: [{ field: 'status', old: 'Active', new: 'Leaver' }] },
  ])
  expect((await api.get(list)).json.duplicates).toMatchObject([{ changeSet }])
})
