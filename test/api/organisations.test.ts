import { expect, test } from 'vitest'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { openApi } from './api.ts'

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
