import { expect, test } from 'vitest'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { csv, somebody } from '../support/upload.ts'
import { CSV, openApi, work } from './api.ts'

test('a file of several organisations is divided where that is asked for, and its answer names the parts', async () => {
  await using portal = await testPortal()
  const one = await makeOrganisation(portal, 'RX1')
  const two = await makeOrganisation(portal, 'RY2')
  const ann = await makeActor(portal, 'ann@both.example', 'local-administrator', one, two)
  const bob = await makeActor(portal, 'bob@ry2.example', 'auditor', two)
  const opened = await openApi(portal)
  await using _ = { [Symbol.asyncDispose]: () => opened.app.close() }
  const [api, auditor] = [await opened.as(ann), await opened.as(bob)]
  const file = csv(
    'LocalID,OrganisationCode,FirstName,LastName,Mobile',
    `1,RX1,${somebody(1)}`,
    `1,RY2,${somebody(2)}`,
  )
  const key = { ...CSV, 'idempotency-key': 'all' }
  const url = '/uploads?organisation=RX1&mode=create'
  const sent = await api.post(`${url}&divide=true`, file, key)
  expect(sent).toMatchObject({ status: 202, json: { status: 'checking', parts: [] } })
  const { id } = sent.json
  expect((await api.post(`${url}&divide=true`, file, key)).json.id).toBe(id)
  expect((await api.post(url, file, key)).status).toBe(422) // not the same: it isn't to be divided
  await work(portal, one, id)
  const { parts } = (await api.get(`/uploads/${id}`)).json
  expect(parts).toEqual([
    { id, organisation: 'RX1', status: 'checked' },
    { id: expect.any(Number), organisation: 'RY2', status: 'checking' },
  ])
  const other = parts[1].id
  await work(portal, two, other)
  expect(await findUpload(portal, ann, other)).toMatchObject({ counts: { create: 1, error: 0 } })
  expect((await auditor.get(`/uploads/${other}`)).json.parts).toEqual([
    { id: other, organisation: 'RY2', status: 'checked' },
  ])
  expect((await auditor.get(`/uploads/${id}`)).status).toBe(404)

  const all = `/uploads/${other}/parts/results`
  expect((await api.get(`${all}.csv`)).status).toBe(409)
  for (const part of [id, other]) await api.post(`/uploads/${part}/cancellation`)
  const results = await api.get(`${all}.csv`)
  expect(results.text).toMatch(/^.*\r\n1,RX1,.*,Skipped,.*\r\n1,RY2,.*,Skipped,.*\r\n$/)
  expect((await auditor.get(`${all}.csv`)).text).toMatch(/^[^\r]*\r\n\r\n1,RY2,.*,Skipped,.*\r\n$/)
  expect((await auditor.get(`/uploads/${id}/parts/results.csv`)).status).toBe(404)
  expect((await api.get(`${all}.xlsx`)).headers['content-type']).toContain('spreadsheetml')

  const whole = await api.post(url, file, CSV)
  expect(whole.json.parts).toEqual([])
  await work(portal, one, whole.json.id)
  await api.post(`/uploads/${whole.json.id}/cancellation`)
  const [its, same] = [`/uploads/${whole.json.id}/results.csv`, `/uploads/${whole.json.id}/parts/results.csv`]
  expect((await api.get(same)).text).toBe((await api.get(its)).text)
  expect((await api.get(`/uploads/${whole.json.id}`)).json).toMatchObject({ parts: [], counts: { error: 1 } })
  expect((await api.post(`${url}&divide=maybe`, file, CSV)).status).toBe(400)
})
