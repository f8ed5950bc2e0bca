import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Portal } from '../../src/portal.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { type Pages, testPages } from '../support/web.ts'

let portal: Portal
let pages: Pages

beforeAll(async () => {
  portal = await testPortal()
  pages = await testPages(portal)
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

test('a visitor is sent to sign in, and an administrator sees the home page with their organisation', async () => {
  const organisation = await makeOrganisation(portal, 'RX1')
  const actor = await makeActor(portal, 'a@rx1.example', 'local-administrator', organisation)
  const visitor = await pages.browser().get('/')
  expect(visitor.url).toBe('/sign-in')
  expect(visitor.text).toContain('Sign in')
  const home = await (await pages.signedIn(actor)).get('/')
  expect(home.status).toBe(200)
  expect(home.text).toContain('RX1 Trust (RX1)')
})

test('an unknown address answers with a page', async () => {
  const page = await pages.browser().get('/nothing/here')
  expect(page.status).toBe(404)
  expect(page.text).toContain('Page not found')
})
