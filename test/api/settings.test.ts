import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { findAudit } from '../../src/access/find-audit.ts'
import type { Portal } from '../../src/portal.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { type Api, openApi } from './api.ts'

let portal: Portal
let server: Awaited<ReturnType<typeof openApi>>
let own: number
let chief: Actor
let manager: Api
let local: Api
let stranger: Api

beforeAll(async () => {
  portal = await testPortal()
  server = await openApi(portal)
  own = await makeOrganisation(portal, 'RX1')
  const other = await makeOrganisation(portal, 'ZN1')
  chief = await makeActor(portal, 'chief@rx1.example', 'primary-local-administrator', own)
  manager = await server.as(chief)
  local = await server.as(await makeActor(portal, 'ann@rx1.example', 'local-administrator', own))
  stranger = await server.as(await makeActor(portal, 'zoe@zn1.example', 'primary-local-administrator', other))
})

afterAll(async () => {
  await server.app.close()
  await portal[Symbol.asyncDispose]()
})

const PATH = '/organisations/RX1/settings'

test('settings are read and changed one by one, by who manages the organisation, and noted', async () => {
  const read = await manager.get(PATH)
  expect(read).toMatchObject({
    status: 200,
    json: { timeZone: 'Europe/London', resultsMail: null, days: { leaver: 30 }, limits: { touched: null } },
  })
  const tag = read.headers.etag as string
  const change = {
    ...{ days: { leaver: 60 }, limits: { touched: { count: 9, share: 1 } }, mobileRequired: false },
    mobileCountries: ['Ireland', 'fr', 'GB'],
  }
  const changed = await manager.patch(PATH, change, { 'if-match': tag })
  expect(changed).toMatchObject({
    status: 200,
    json: {
      ...{ mobileCountries: ['IE', 'FR'], mobileRequired: false, timeZone: 'Europe/London' },
      ...{
        days: { leaver: 60 },
        limits: { touched: { count: 9, share: 1 }, emptied: { count: 50, share: 5 } },
      },
    },
  })
  expect(changed.headers.etag).not.toBe(tag)
  expect((await manager.get(PATH)).json).toEqual(changed.json)
  const late = await manager.patch(PATH, { timeZone: 'Europe/Dublin' }, { 'if-match': tag })
  expect(late).toMatchObject({ status: 409, json: { detail: /since you read them/ } })
  expect((await manager.patch(PATH, { timeZone: 'Europe/Dublin' })).status).toBe(428)
  const { entries } = await findAudit(portal, chief, {
    organisationId: own,
    act: 'settings-changed',
    limit: 5,
  })
  expect(entries).toMatchObject([{ details: { 'Days until a leaver is deleted': '30 days → 60 days' } }])
})

test('all that is wrong is told at once, and nothing is changed', async () => {
  const wrong = { days: { leaver: 0 }, limits: { emptied: { count: -1, share: 0 } }, timeZone: 'Nowhere' }
  const told = await manager.patch(PATH, wrong, { 'if-match': '*' })
  expect(told).toMatchObject({
    status: 400,
    json: {
      errors: [
        { parameter: 'days.leaver' },
        { parameter: 'limits.emptied.count' },
        { parameter: 'timeZone', message: '“Nowhere” is no time zone, such as Europe/London.' },
      ],
    },
  })
  expect((await manager.get(PATH)).json.days.leaver).toBe(60)
})

test('nobody else reads or changes them', async () => {
  const match = { 'if-match': '*' }
  expect((await local.get(PATH)).status).toBe(403)
  expect((await local.patch(PATH, { timeZone: 'Europe/Dublin' }, match)).status).toBe(403)
  expect((await stranger.get(PATH)).status).toBe(404)
  expect((await stranger.patch(PATH, { timeZone: 'Europe/Dublin' }, match)).status).toBe(404)
})

test('a report is wished for every Monday, listed and stopped by who wished for it', async () => {
  const list = '/weekly-reports?organisation=RX1'
  expect((await local.get(list)).json).toEqual({ weeklyReports: [] })
  const wish = { report: 'data-quality', organisation: 'RX1', parameters: { missing: 'mobile' } }
  const wished = await local.post('/weekly-reports', wish)
  expect(wished).toMatchObject({
    status: 201,
    json: { weeklyReports: [{ report: 'data-quality', parameters: { missing: 'mobile' } }] },
  })
  const [{ id }] = wished.json.weeklyReports
  expect((await manager.get(list)).json).toEqual({ weeklyReports: [] })
  expect((await manager.delete(`/weekly-reports/${id}`)).status).toBe(404)
  expect((await stranger.post('/weekly-reports', wish)).status).toBe(404)
  expect((await local.post('/weekly-reports', { ...wish, report: 'nothing' })).status).toBe(404)
  expect((await local.post('/weekly-reports', { ...wish, parameters: { missing: 'age' } })).status).toBe(400)
  expect(await local.delete(`/weekly-reports/${id}`)).toMatchObject({ status: 200, json: { id } })
  expect((await local.get(list)).json).toEqual({ weeklyReports: [] })
})
