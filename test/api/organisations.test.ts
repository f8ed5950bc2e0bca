import { expect, test } from 'vitest'
import { loadOrganisations } from '../../src/directory/organisation-list.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { csv } from '../support/upload.ts'
import { CSV, openApi } from './api.ts'

test('organisations, sites and units by API', async () => {
  await using portal = await testPortal()
  const one = await makeOrganisation(portal, 'RX1', { sites: [], units: ['Surgery'] })
  const root = await makeActor(portal, 'root@muster.example', 'global-administrator')
  const pat = await makeActor(portal, 'pat@rx1.example', 'primary-local-administrator', one)
  const { app, as } = await openApi(portal)
  const api = await as(root)
  expect(await api.post('/organisations', { code: 'rx2', name: 'Second' })).toMatchObject({
    status: 201,
    json: { code: 'RX2', name: 'Second', closed: false },
  })
  expect((await api.post('/organisations', { code: 'rx2', name: 'Second' })).status).toBe(409)
  expect((await api.patch('/organisations/rx2', { name: 'Third', closed: true })).json).toEqual({
    code: 'RX2',
    name: 'Third',
    closed: true,
  })
  expect(
    (await api.get('/organisations?search=t')).json.organisations.map((it: { code: string }) => it.code),
  ).toEqual(['RX1', 'RX2'])
  const local = await as(pat)
  expect((await local.get('/organisations')).json.organisations).toHaveLength(1)
  expect((await local.patch('/organisations/RX1', { closed: true })).status).toBe(403)
  expect((await local.get('/organisations/RX2')).status).toBe(404)
  expect((await local.post('/organisations/RX2/sites', { code: 'a', name: 'b' })).status).toBe(404)
  expect((await local.post('/organisations/RX1/sites', { code: 'A1', name: 'City' })).json.sites).toEqual([
    { code: 'A1', name: 'City' },
  ])
  const renamed = await local.patch('/organisations/RX1/sites', { name: 'City', newName: 'Town' })
  expect(renamed.json.sites).toEqual([{ code: 'A1', name: 'Town' }])
  const units = await local.post('/organisations/RX1/units', { name: 'Theatres', parent: 'Surgery' })
  expect(units.json.units).toContainEqual({ name: 'Theatres', parent: 'Surgery' })
  expect((await local.delete('/organisations/RX1/units?name=Surgery')).status).toBe(409)
  expect((await local.delete('/organisations/RX1/units?name=Theatres')).json.units).toHaveLength(1)
  expect((await local.delete('/organisations/RX1/sites?name=Town')).json.sites).toEqual([])
  await app.close()
})

test('a list of organisations is checked, confirmed once and applied by API; only Global Administrators send one', async () => {
  await using portal = await testPortal()
  const one = await makeOrganisation(portal, 'RX1')
  const root = await makeActor(portal, 'root@muster.example', 'global-administrator')
  const pat = await makeActor(portal, 'pat@rx1.example', 'primary-local-administrator', one)
  const { app, as } = await openApi(portal)
  const api = await as(root)
  const list = csv('Code,Name,Status', 'RX1,Northbridge,open', 'RX2,Second,closed', 'R-3,Third,')
  const sent = await api.post('/organisation-lists?filename=trusts.csv', list, CSV)
  expect(sent).toMatchObject({
    status: 201,
    json: {
      filename: 'trusts.csv',
      status: 'checked',
      counts: { add: 1, change: 1, unchanged: 0, error: 1 },
    },
  })
  expect(sent.json.rows).toMatchObject([
    { row: 2, name: 'Northbridge', was: { name: 'RX1 Trust', closed: false } },
  ])
  const path = `/organisation-lists/${sent.json.id}`
  expect((await api.get(`${path}?action=error`)).json.rows[0].problem).toContain('“R-3” can’t be a code')
  for (const _ of [1, 2])
    expect(await api.post(`${path}/confirmation`)).toMatchObject({ status: 202, json: { status: 'queued' } })
  await loadOrganisations(portal, { data: { listId: sent.json.id, by: root.administratorId } })
  expect((await api.get(path)).json).toMatchObject({ status: 'completed', done: 2 })
  expect((await api.get('/organisations/RX2')).json).toMatchObject({ name: 'Second', closed: true })
  expect((await api.post('/organisation-lists', csv('a,b', '1,2'), CSV)).status).toBe(400)
  const local = await as(pat)
  for (const answer of [await local.post('/organisation-lists', list, CSV), await local.get(path)])
    expect(answer.status).toBe(403)
  await app.close()
})
