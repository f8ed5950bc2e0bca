import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { findAccount } from '../../src/directory/find-accounts.ts'
import type { Portal } from '../../src/portal.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { type Pages, testPages } from '../support/web.ts'

let portal: Portal
let pages: Pages
let zoe: Actor
let leaver: number

beforeAll(async () => {
  portal = await testPortal()
  pages = await testPages(portal)
  const organisationId = await makeOrganisation(portal, 'RX1')
  const other = await makeOrganisation(portal, 'ZN1')
  zoe = await makeActor(portal, 'zoe@zn1.example', 'local-administrator', other)
  const by = { updatedBy: zoe.administratorId, firstName: 'Jo', lastName: 'Doe' }
  leaver = await makeAccount(portal, {
    ...{
      organisationId,
      localId: 'A1',
      status: 'Leaver',
      address: 'jo.doe@staff.example',
      jobTitle: 'Nurse',
      ...by,
    },
  })
  await makeAccount(portal, { organisationId: other, localId: 'Z1', ...by, firstName: 'Mia' })
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

test('somebody who left elsewhere is found, looked at, and taken on', async () => {
  const browser = await pages.signedIn(zoe)
  expect((await browser.get('/joins/new')).text).toContain('They join ZN1 Trust (ZN1)')
  const wrong = await browser.submit('/joins/new', {
    emailAddress: 'jo.doe@staff.example',
    formerLocalId: 'A2',
  })
  expect(wrong.status).toBe(400)
  expect(wrong.text).toContain('Nobody who has left is found')
  expect(wrong.text).not.toContain('Nurse')

  const leaving = { emailAddress: 'jo.doe@staff.example', formerLocalId: 'A1' }
  const found = await browser.submit('/joins/new', leaving)
  expect(found.text).toContain('Take on DOE, Jo (RX1)')
  expect(found.text).toContain('Nurse')
  const taken = await browser.submit('/joins', { ...leaving, localId: 'z1', site: 'Main Hospital' })
  expect(taken.status).toBe(400)
  expect(taken.text).toContain('The local ID “z1” is taken at ZN1 Trust')
  expect(taken.html).toMatch(/<option value="Main Hospital" selected>/)
  const joined = await browser.submit('/joins', { ...leaving, localId: 'Z2', site: 'Main Hospital' })
  expect(joined.url).toBe(`/accounts/${leaver}`)
  expect(joined.text).toContain('They have joined.')
  expect(await findAccount(portal, zoe, leaver)).toMatchObject({ status: 'Active', localId: 'Z2' })
})
