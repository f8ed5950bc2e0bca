import { expect, test } from 'vitest'
import { callAllowance } from '../../src/api/rest/limit-calls.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { openApi } from './api.ts'

test('calls of a token beyond what a minute allows are told when to come again, and another token’s are its own', async () => {
  await using portal = await testPortal({ apiCallsPerMinute: 3 })
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const { app, as } = await openApi(portal)
  const [one, other] = [await as(ann), await as(ann)]
  for (let call = 0; call < 3; call++) expect((await one.get('/accounts')).status).toBe(200)
  const refused = await one.get('/accounts')
  expect(refused).toMatchObject({ status: 429, json: { status: 429, code: 'too-many-calls' } })
  expect(refused.headers['content-type']).toBe('application/problem+json')
  expect(Number(refused.headers['retry-after'])).toBe(20)
  expect((await other.get('/accounts')).status).toBe(200)
  await app.close()
})

test('without a limit nothing is counted', async () => {
  await using portal = await testPortal({ apiCallsPerMinute: undefined })
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const { app, as } = await openApi(portal)
  expect((await (await as(ann)).get('/accounts')).status).toBe(200)
  await app.close()
})

test('who was refused has room again when it was said, and never more than a minute’s', () => {
  const { take } = callAllowance(60)
  for (let call = 0; call < 60; call++) expect(take('ann', 0)).toBe(0)
  expect(take('ann', 0)).toBe(1)
  expect(take('ann', 400)).toBe(1)
  expect(take('ann', 1_000)).toBe(0)
  expect(take('ann', 1_000)).toBe(1)
  for (let call = 0; call < 60; call++) expect(take('ann', 3_600_000)).toBe(0)
  expect(take('ann', 3_600_000)).toBe(1)
})

test('however many tokens are made up, who has calls left is remembered', () => {
  const { take } = callAllowance(60)
  for (let call = 0; call < 60; call++) take('ann', 0)
  for (let made = 0; made < 30_000; made++) take(`stranger ${made}`, made)
  expect(take('ann', 30_000)).toBe(0)
  for (let call = 0; call < 29; call++) take('ann', 30_000)
  expect(take('ann', 30_000)).toBe(1)
})
