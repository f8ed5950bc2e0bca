import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import type { Portal } from '../../src/portal.ts'
import { planTransfer } from '../../src/transfers/plan-transfer.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { type Api, openApi } from './api.ts'

let portal: Portal
let server: Awaited<ReturnType<typeof openApi>>
let [own, other]: [number, number] = [0, 0]
let both: Actor
let api: Api

beforeAll(async () => {
  portal = await testPortal()
  server = await openApi(portal)
  own = await makeOrganisation(portal, 'RX1')
  other = await makeOrganisation(portal, 'ZN1')
  both = await makeActor(portal, 'both@x.example', 'local-administrator', own, other)
  api = await server.as(both)
})

afterAll(async () => {
  await server.app.close()
  await portal[Symbol.asyncDispose]()
})

test('people are transferred by local ID, with new ones where theirs are taken', async () => {
  const [jo] = [await person('A1'), await person('A1', { organisationId: other })]
  const begun = await api.post('/transfers', {
    ...{ from: 'rx1', to: 'zn1', site: 'ZN101', accounts: { localIds: ['a1', 'A7'] } },
    newLocalIds: { A1: 'Z-1' },
  })
  expect(begun).toMatchObject({
    status: 202,
    json: { kind: 'transfer', organisation: 'RX1', counterpart: 'ZN1' },
  })
  const path = `/change-sets/${begun.json.id}`
  expect(begun.headers.location).toBe(`/api/v1${path}`)
  const data = { changeSetId: begun.json.id, organisationId: own }
  await planTransfer(portal, { data })
  expect((await api.get(path)).json).toMatchObject({ status: 'checked', counts: { update: 1, error: 1 } })
  expect((await api.post(`${path}/confirmation`)).status).toBe(202)
  await applyChangeSet(portal, { data })
  expect((await api.get(path)).json).toMatchObject({ results: { updated: 1, failed: 1 } })
  expect((await api.get(`/accounts/${jo}`)).json).toMatchObject({
    organisationCode: 'ZN1',
    localId: 'Z-1',
    site: 'Main Hospital',
  })
  expect((await api.get(`${path}/results.csv`)).text).toContain('Organisation,RX1,ZN1,Updated')
})

test('what can’t be is told, and who has no right finds nothing', async () => {
  const wanted = { from: 'RX1', to: 'ZN1', accounts: { localIds: ['A1'] } }
  expect((await api.post('/transfers', { ...wanted, site: 'Nowhere' })).status).toBe(400)
  const zoe = await server.as(await makeActor(portal, 'zoe@x.example', 'local-administrator', other))
  expect((await zoe.post('/transfers', wanted)).status).toBe(404)
})

test('a leaver is taken on by an address and their former local ID', async () => {
  const leaver = await person('L1', { status: 'Leaver', address: 'jo@staff.example' })
  const zoe = await server.as(await makeActor(portal, 'zac@x.example', 'local-administrator', other))
  const wanted = { to: 'ZN1', emailAddress: 'jo@staff.example', formerLocalId: 'L1', localId: 'N1' }
  expect((await zoe.post('/joins', { ...wanted, formerLocalId: 'L2' })).status).toBe(400)
  expect(await zoe.post('/joins', wanted)).toMatchObject({
    ...{ status: 200, json: { id: leaver, status: 'Active', organisationCode: 'ZN1', localId: 'N1' } },
  })
})

function person(localId: string, more: Partial<Parameters<typeof makeAccount>[1]> = {}): Promise<number> {
  return makeAccount(portal, {
    ...{ organisationId: own, updatedBy: both.administratorId, firstName: 'Jo', lastName: 'Doe' },
    ...{ localId, ...more },
  })
}
