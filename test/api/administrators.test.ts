import { expect, test } from 'vitest'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { openApi } from './api.ts'

test('administrators are listed, invited, changed and ended', async () => {
  await using portal = await testPortal()
  const one = await makeOrganisation(portal, 'RX1')
  await makeOrganisation(portal, 'RX2')
  const pat = await makeActor(portal, 'pat@rx1.example', 'primary-local-administrator', one)
  const lee = await makeActor(portal, 'lee@rx1.example', 'local-administrator', one)
  const { app, as } = await openApi(portal)
  const api = await as(pat)
  const jo = { email: 'jo@rx1.example', role: 'auditor', organisation: 'rx1' }
  const made = await api.post('/administrators', jo)
  expect(made).toMatchObject({
    status: 201,
    json: {
      name: 'jo@rx1.example',
      hasPassword: false,
      lastSignInAt: null,
      disabledAt: null,
      roles: [{ role: 'auditor', organisation: 'RX1', since: expect.stringMatching(/Z$/) }],
    },
  })
  const path = `/administrators/${made.json.id}`
  const role = { organisation: 'RX1', role: 'local-helpdesk' }
  expect((await api.patch(path, role)).json.administrator.roles[0].role).toBe('local-helpdesk')
  const listed = await api.get('/administrators?organisation=RX1&limit=2')
  expect(listed.json.administrators.map(({ email }: { email: string }) => email)).toEqual([
    'jo@rx1.example',
    'lee@rx1.example',
  ])
  const rest = await api.get(`/administrators?organisation=RX1&after=${listed.json.next}`)
  expect(rest.json).toMatchObject({ administrators: [{ email: 'pat@rx1.example' }], next: null })

  expect((await api.patch(path, { disabled: true })).status).toBe(403)
  expect((await api.patch(path, { organisation: 'RX2', role: 'auditor' })).status).toBe(404)
  expect((await api.patch(path, { organisation: 'RX1', role: 'king' })).status).toBe(400)
  expect((await api.post('/administrators', { ...jo, organisation: 'RX2' })).status).toBe(404)
  expect((await (await as(lee)).post('/administrators', jo)).status).toBe(403)
  expect((await api.patch(path, { ...role, role: null })).json).toEqual({ administrator: null })
  expect((await api.patch(path, role)).status).toBe(404)
  await app.close()
})
