import { expect, test } from 'vitest'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { openApi } from './api.ts'

test('the audit log is read page by page and as a file, with the token and the network of each act', async () => {
  await using portal = await testPortal()
  const one = await makeOrganisation(portal, 'RX1')
  await makeOrganisation(portal, 'RX2')
  const pat = await makeActor(portal, 'pat@rx1.example', 'primary-local-administrator', one)
  const lee = await makeActor(portal, 'lee@rx1.example', 'local-administrator', one)
  const { app, as } = await openApi(portal)
  const api = await as(pat)
  expect((await api.get('/reports/mailbox.csv?organisation=RX1')).status).toBe(200)

  const { status, json } = await api.get('/audit?organisation=RX1&limit=1')
  expect(status).toBe(200)
  expect(json.entries).toEqual([
    {
      number: expect.any(Number),
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      act: 'report-downloaded',
      by: { kind: 'administrator', id: pat.administratorId, name: 'pat@rx1.example' },
      token: { id: expect.any(Number), name: '' },
      organisation: 'RX1',
      about: { kind: 'report', id: null, name: null },
      details: { report: 'mailbox' },
      network: expect.stringMatching(/^[0-9a-f]{16}$/),
    },
  ])
  const { json: rest } = await api.get(`/audit?after=${json.next}`)
  expect(rest.entries.map(({ act }: { act: string }) => act)).toEqual(['token-made'])
  expect((await api.get('/audit?act=token-made&from=2020-01-01&to=2020-01-02')).json.entries).toEqual([])
  expect((await api.get('/audit.csv')).text).toContain('Report downloaded')
  expect((await api.get('/audit?act=thing')).status).toBe(400)
  expect((await api.get('/audit?organisation=RX2')).status).toBe(404)
  expect((await (await as(lee)).get('/audit')).status).toBe(403)
  await app.close()
})
