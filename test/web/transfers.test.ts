import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { listChangeSets } from '../../src/changes/find-change-sets.ts'
import { findAccount } from '../../src/directory/find-accounts.ts'
import type { Portal } from '../../src/portal.ts'
import { planTransfer } from '../../src/transfers/plan-transfer.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { check, csv } from '../support/upload.ts'
import { type Browser, type Pages, testPages } from '../support/web.ts'

let portal: Portal
let pages: Pages
let both: Actor
let browser: Browser
let rounds = 0
let [own, other]: [number, number] = [0, 0]
let [here, there]: [string, string] = ['', '']

beforeAll(async () => {
  portal = await testPortal()
  pages = await testPages(portal)
})

beforeEach(async () => {
  rounds++
  ;[here, there] = [`RA${rounds}`, `ZB${rounds}`]
  own = await makeOrganisation(portal, here)
  other = await makeOrganisation(portal, there, {
    sites: [{ code: 'N', name: 'North House' }],
    units: ['Theatres'],
  })
  both = await makeActor(portal, `both${rounds}@x.example`, 'local-administrator', own, other)
  browser = await pages.signedIn(both)
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

test('people are transferred from the pages: who, where to, looked at, done, taken back', async () => {
  const [jo, mia] = [await person('A1', 'Jo', 'Doe'), await person('A2', 'Mia', 'Lee')]
  const chosen = { organisation: here, account: [String(jo), String(mia)] }
  const asked = await browser.submit('/transfers/new', chosen)
  expect(asked.text).toContain('Transfer 2 people')
  expect(asked.text).toContain(`DOE, Jo (${here}) A1`)
  expect(asked.html).toContain(`<option value="${there}"`)
  const place = await browser.submit('/transfers/new', { ...chosen, to: there })
  expect(place.html).toContain('<option value="North House"')
  expect(place.html).not.toContain('Riverside')
  const begun = await browser.submit('/transfers', { ...chosen, to: there, toSite: 'North House' })
  expect(begun.text).toContain(`Transfer to ${there} Trust`)
  expect(begun.text).toContain('It is being worked out who can be transferred.')

  const id = await newest()
  await planTransfer(portal, { data: { changeSetId: id, organisationId: own } })
  const plan = await browser.get(`/changes/${id}`)
  expect(plan.text).toContain(
    `2 people will move to ${there} Trust (${there}). Nothing has been changed yet.`,
  )
  expect(plan.text).toContain('Transfer 2 people')
  expect((await browser.submit(`/transfers/${id}/confirmation`)).text).toContain('Waiting to start')
  await applyChangeSet(portal, { data: { changeSetId: id, organisationId: own } })
  const done = await browser.get(`/changes/${id}`)
  expect(done.text).toContain('2 people moved.')
  expect(done.text).toContain('Take this back')
  expect((await browser.get(`/accounts/${jo}`)).text).toContain('by a transfer')
  expect((await browser.get('/changes')).text).toContain(`Transfer to ${there} Trust`)
  expect((await browser.get(`/changes/${id}/choice`)).text).toContain('Tick those to take back')
})

test('a local ID is typed on the preview, and counts when the one button is pressed', async () => {
  const jo = await person('A1', 'Jo', 'Doe')
  await person('A1', 'Mia', 'Lee', other)
  await person('B7', 'Ann', 'Day', other)
  await browser.submit('/transfers', { organisation: here, account: String(jo), to: there })
  const id = await newest()
  await planTransfer(portal, { data: { changeSetId: id, organisationId: own } })
  const plan = await browser.get(`/changes/${id}`)
  expect(plan.text).toContain('1 needs a new local ID.')
  expect(plan.html).toContain(`name="localId-${jo}" value="A1-${here}"`)

  const wrong = await browser.submit(`/transfers/${id}/confirmation`, { [`localId-${jo}`]: 'x'.repeat(70) })
  expect(wrong.status).toBe(400)
  expect(wrong.html).toContain(`href="#localId-${jo}"`)
  const taken = await browser.submit(`/transfers/${id}/confirmation`, { [`localId-${jo}`]: 'b7' })
  expect(taken.text).toContain('Nothing was transferred yet')
  expect(taken.text).toContain('The local ID “b7” is taken')
  expect(taken.text).not.toContain('Transfer 1 person')
  const free = await browser.submit(`/transfers/${id}/local-ids`, { [`localId-${jo}`]: 'B8', show: 'error' })
  expect(free.text).toContain('Transfer 1 person')
  await browser.submit(`/transfers/${id}/confirmation`, { [`localId-${jo}`]: 'B9' })
  await applyChangeSet(portal, { data: { changeSetId: id, organisationId: own } })
  expect(await findAccount(portal, both, jo)).toMatchObject({ localId: 'B9', organisation: { code: there } })
})

test('local IDs are pasted where nobody was chosen, and what is wrong is said beside its field', async () => {
  await person('A1', 'Jo', 'Doe')
  expect((await browser.get(`/transfers/new?organisation=${here}`)).text).toContain('Their local IDs')
  const chosen = { organisation: here, localIds: 'A1\r\nA9\r\n' }
  expect((await browser.submit('/transfers/new', chosen)).text).toContain('Transfer 1 person')
  const nowhere = await browser.submit('/transfers', { ...chosen, to: here })
  expect(nowhere.status).toBe(400)
  expect(nowhere.text).toContain('Choose where they go')
  const within = await browser.submit('/transfers/new', { ...chosen, to: here })
  expect(within.text).toContain('As it is')
})

test('the rows of a file that try to move people lead to their transfer, one or all, with its aim', async () => {
  await person('A1', 'Jo', 'Doe')
  await person('A2', 'Mia', 'Lee')
  const file = csv('LocalID,OrganisationalUnit', 'A1,Medicine', 'A2,Medicine')
  const { upload } = await check(portal, both, here, file)
  const errors = await browser.get(`/uploads/${upload.id}?show=errors`)
  expect(errors.html).toContain(`href="/transfers/new?upload=${upload.id}"`)
  expect(errors.html).toContain(`href="/transfers/new?upload=${upload.id}&amp;row=3"`)
  const all = await browser.get(`/transfers/new?upload=${upload.id}`)
  expect(all.text).toContain('Transfer 2 people')
  expect(all.html).toMatch(/<option value="Medicine" selected>/)
  const one = await browser.get(`/transfers/new?upload=${upload.id}&row=3`)
  expect(one.text).toContain(`Transfer 1 person`)
  expect(one.text).toContain('LEE, Mia')

  const away = await check(portal, both, here, csv('LocalID,OrganisationCode', `A1,${there}`))
  const toThere = await browser.get(`/transfers/new?upload=${away.upload.id}`)
  expect(toThere.text).toContain(`To ${there} Trust (${there})`)
})

test('an account’s page, the list and a list of local IDs lead to a transfer', async () => {
  const jo = await person('A1', 'Jo', 'Doe')
  expect((await browser.get(`/accounts/${jo}`)).html).toContain('value="transfer"')
  const chosen = { organisation: here, do: 'transfer' }
  expect((await browser.submit('/accounts/selected', { ...chosen, account: String(jo) })).text).toContain(
    'Transfer 1 person',
  )
  const all = await browser.submit('/accounts/selected', { ...chosen, all: 'yes', search: 'Doe' })
  expect(all.text).toContain('Transfer 1 person')
  expect(all.html).toContain('name="search" value="Doe"')
  const pasted = await browser.submit('/accounts/by-local-id', { ...chosen, localIds: 'a1' })
  expect(pasted.text).toContain('Transfer 1 person')
})

test('who may not transfer finds no such page', async () => {
  const auditor = await makeActor(portal, `aud${rounds}@x.example`, 'auditor', own)
  const looking = await pages.signedIn(auditor)
  expect((await looking.get('/transfers/new')).status).toBe(403)
  const zoe = await pages.signedIn(
    await makeActor(portal, `zoe${rounds}@x.example`, 'local-administrator', other),
  )
  expect((await zoe.get(`/transfers/new?organisation=${here}`)).status).toBe(404)
})

function person(localId: string, firstName: string, lastName: string, organisationId = own): Promise<number> {
  return makeAccount(portal, {
    organisationId,
    updatedBy: both.administratorId,
    localId,
    firstName,
    lastName,
  })
}

async function newest(): Promise<number> {
  const { changeSets } = await listChangeSets(portal, both, { limit: 1 })
  return changeSets[0]?.id as number
}
