import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import type { Portal } from '../../src/portal.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { setLimits } from '../support/settings.ts'
import { planATransfer } from '../support/transfer.ts'
import { check, create, csv, somebody } from '../support/upload.ts'
import { type Api, openApi } from './api.ts'

let portal: Portal
let server: Awaited<ReturnType<typeof openApi>>
let own: number
let ann: Actor
let asker: Api
let agreer: Api
let stranger: Api

beforeAll(async () => {
  portal = await testPortal()
  server = await openApi(portal)
  own = await makeOrganisation(portal, 'RX1')
  const other = await makeOrganisation(portal, 'ZN1')
  ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', own)
  asker = await server.as(ann)
  agreer = await server.as(await makeActor(portal, 'bob@rx1.example', 'local-administrator', own))
  stranger = await server.as(await makeActor(portal, 'zoe@zn1.example', 'local-administrator', other))
  await setLimits(portal, own, { touched: { count: 2, share: 0 } })
  const people = [1, 2, 3].map((n) => `A${n},${somebody(n)}`)
  await create(portal, ann, 'RX1', csv('LocalID,FirstName,LastName,Mobile', ...people))
})

afterAll(async () => {
  await server.app.close()
  await portal[Symbol.asyncDispose]()
})

/** A file that changes three people, which is more than its organisation lets pass. */
async function held(jobTitle: string): Promise<{ id: number; path: string }> {
  const lines = [1, 2, 3].map((n) => `A${n},${jobTitle}`)
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', ...lines))
  expect((await asker.post(`/uploads/${upload.id}/confirmation`)).status).toBe(202)
  return { id: upload.id, path: `/change-sets/${upload.id}` }
}

test('what waits says for whom, and is applied once another person has agreed to that plan', async () => {
  const { id, path } = await held('Nurse')
  const { json } = await agreer.get(path)
  expect(json).toMatchObject({
    status: 'awaiting-agreement',
    agreement: {
      needs: [
        {
          ...{ for: 'risk', organisation: 'RX1', agreedBy: null },
          limits: [{ limit: 'touched', is: 3, most: 2 }],
        },
      ],
      plan: expect.stringMatching(/^\w+$/),
      askedAt: expect.any(String),
      expiresAt: expect.any(String),
    },
  })
  const answer = { agree: true, plan: json.agreement.plan }
  expect((await asker.post(`${path}/agreement`, answer)).status).toBe(403)
  expect((await stranger.post(`${path}/agreement`, answer)).status).toBe(404)
  expect((await agreer.post(`${path}/agreement`, { agree: true, plan: 'another' })).status).toBe(409)
  const agreed = await agreer.post(`${path}/agreement`, answer)
  expect(agreed).toMatchObject({ status: 202, json: { id, status: 'queued' } })
  expect(agreed.headers.location).toBe(`/api/v1${path}`)
  expect((await agreer.post(`${path}/agreement`, answer)).status).toBe(202)
  await applyChangeSet(portal, { data: { changeSetId: id, organisationId: own } })
  expect((await asker.get(path)).json).toMatchObject({
    ...{ status: 'completed', results: { updated: 3 } },
    agreement: { needs: [{ agreedBy: 'bob@rx1.example' }] },
  })
})

test('what is declined ends, with the reason', async () => {
  const { path } = await held('Sister')
  expect((await agreer.post(`${path}/agreement`, { agree: false })).status).toBe(400)
  expect((await agreer.post(`${path}/agreement`, { agree: 'no' })).status).toBe(400)
  const declined = await agreer.post(`${path}/agreement`, { agree: false, reason: 'An old list' })
  expect(declined).toMatchObject({
    status: 202,
    json: { status: 'cancelled', agreement: { declinedBy: 'bob@rx1.example', reason: 'An old list' } },
  })
  expect((await agreer.post(`${path}/agreement`, { agree: true })).status).toBe(409)
})

test('what is withdrawn is as before, and can be asked again', async () => {
  const { path } = await held('Matron')
  expect((await agreer.post(`${path}/withdrawal`)).status).toBe(403)
  expect(await asker.post(`${path}/withdrawal`)).toMatchObject({ status: 202, json: { status: 'checked' } })
  expect((await agreer.post(`${path}/agreement`, { agree: true })).status).toBe(409)
  expect((await asker.post(`${path}/confirmation`)).status).toBe(202)
  expect((await asker.get(path)).json.status).toBe('awaiting-agreement')
})

test('the other side of a transfer accepts some rows, and says why not the others', async () => {
  const set = await planATransfer(portal, ann, {
    ...{ from: { code: 'RX1' }, to: 'ZN1', accounts: { localIds: ['A1', 'A2'] } },
  })
  const path = `/change-sets/${set}`
  expect((await stranger.get(path)).status).toBe(404)
  expect((await asker.post(`${path}/confirmation`)).status).toBe(202)
  expect((await stranger.get(path)).json.agreement.needs).toMatchObject([
    { for: 'other-side', organisation: 'ZN1', limits: [] },
  ])
  expect((await stranger.post(`${path}/agreement`, { agree: true, rows: [1] })).status).toBe(400)
  const nowhere = await stranger.post(`${path}/agreement`, {
    ...{ agree: true, site: 'Nowhere', newLocalIds: { A9: 'Z-9' } },
  })
  expect(nowhere).toMatchObject({
    ...{ status: 400, json: { errors: [{ parameter: 'site' }, { parameter: 'newLocalIds' }] } },
  })
  const some = {
    agree: true,
    rows: [1],
    reason: 'No post',
    site: 'Main Hospital',
    newLocalIds: { A1: 'Z-1' },
  }
  expect((await stranger.post(`${path}/agreement`, some)).json.status).toBe('queued')
  await applyChangeSet(portal, { data: { changeSetId: set, organisationId: own } })
  const { results, agreement } = (await asker.get(path)).json
  expect(results.updated).toBe(1)
  expect(agreement.needs).toMatchObject([
    { chosen: { site: 'Main Hospital', organisationalUnit: null, localIds: 1 } },
  ])
  const held = await stranger.get('/accounts?organisation=ZN1&localId=Z-1')
  expect(held.json.accounts).toMatchObject([{ site: 'Main Hospital' }])
})
