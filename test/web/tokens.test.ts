import { expect, test } from 'vitest'
import { findAudit } from '../../src/access/find-audit.ts'
import { actorForToken, createToken } from '../../src/access/tokens.ts'
import { openApi, withToken } from '../api/api.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { testPages } from '../support/web.ts'

const PATH = '/organisation/tokens'

test('a token is made for less than one may do, shown once, and revoked, by whoever gives roles there too', async () => {
  await using portal = await testPortal()
  await using pages = await testPages(portal)
  const one = await makeOrganisation(portal, 'RX1')
  const two = await makeOrganisation(portal, 'RX2')
  const lee = await makeActor(portal, 'lee@rx1.example', 'local-administrator', one, two)
  const pat = await makeActor(portal, 'pat@rx1.example', 'primary-local-administrator', one)
  const far = await makeActor(portal, 'far@rx2.example', 'local-administrator', two)
  const browser = await pages.signedIn(lee)
  expect((await browser.get(PATH)).text).toContain('There are no tokens that work.')
  await browser.get(`${PATH}/new`)
  const wishes = { name: 'Nightly export', until: '2099-12-31', organisation: 'RX1', role: 'auditor' }
  for (const [wrong, says] of [
    [{ name: '' }, 'Say what the token is for.'],
    [{ until: '' }, 'Enter the last day'],
    [{ until: '2099-02-30' }, 'is not a date'],
    [{ until: '2020-01-01' }, 'give a later date'],
  ] as const) {
    const page = await browser.submit(`${PATH}/new`, { ...wishes, ...wrong })
    expect([page.status, page.text.includes(says)]).toEqual([400, true])
  }
  const made = await browser.submit(`${PATH}/new`, wishes)
  const token = /muster_[\w-]{43}/.exec(made.text)?.[0] as string
  expect(made.headers['cache-control']).toContain('no-store')
  expect((await actorForToken(portal, token))?.grants).toEqual([
    { role: 'local-administrator', organisationId: one, atMost: 'auditor' },
  ])
  const list = await browser.get(PATH)
  expect(list.text).toContain('Nightly export Auditor at most, in RX1 Trust only.')
  expect(list.text).toContain('31 December 2099')
  expect(list.text).not.toContain(token)

  expect((await (await pages.signedIn(far)).get(PATH)).text).toContain('There are no tokens that work.')
  const href = /action="(\/organisation\/tokens\/\d+\/revocation)"/.exec(list.html)?.[1] as string
  const stranger = await pages.signedIn(far)
  await stranger.get(PATH)
  expect((await stranger.submit(href)).status).toBe(404)
  const primary = await pages.signedIn(pat)
  expect((await primary.get(PATH)).text).toContain('lee@rx1.example')
  expect((await primary.submit(href)).text).toContain('The token “Nightly export” works no more.')
  expect(await actorForToken(portal, token)).toBeNull()
  const { entries } = await findAudit(portal, pat, { limit: 2 })
  expect(entries.map(({ act, by }) => [act, by?.email])).toEqual([
    ['token-revoked', pat.email],
    ['token-made', lee.email],
  ])
})

test('by API too, where a token makes none that is good for more, or longer, than itself', async () => {
  await using portal = await testPortal()
  const one = await makeOrganisation(portal, 'RX1')
  const two = await makeOrganisation(portal, 'RX2')
  const lee = await makeActor(portal, 'lee@rx1.example', 'local-administrator', one, two)
  const { app, as } = await openApi(portal)
  const whole = await as(lee)
  const wishes = { name: 'Nightly', until: '2099-12-31' }
  const made = await whole.post('/tokens', { ...wishes, organisation: 'RX2' })
  expect(made).toMatchObject({ status: 201, json: { organisation: 'RX2', role: null, actsFor: lee.email } })
  const narrow = withToken(
    app,
    await createToken(portal, lee.email, {
      organisationCode: 'RX1',
      role: 'auditor',
      expiresAt: new Date('2090-01-01'),
    }),
  )
  for (const beyond of [
    wishes,
    { ...wishes, until: '2080-01-01', organisation: 'RX2' },
    { ...wishes, until: '2080-01-01', role: 'local-administrator' },
  ])
    expect((await narrow.post('/tokens', beyond)).status).toBe(403)
  const less = await narrow.post('/tokens', { ...wishes, until: '2080-01-01' })
  expect(less.json).toMatchObject({ organisation: 'RX1', role: 'auditor' })
  expect((await whole.get('/tokens')).json.tokens).toHaveLength(4)
  expect((await whole.delete(`/tokens/${made.json.id}`)).status).toBe(200)
  expect((await whole.delete(`/tokens/${made.json.id}`)).status).toBe(404)
  await app.close()
})
