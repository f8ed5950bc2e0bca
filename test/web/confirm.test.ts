import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import type { Portal } from '../../src/portal.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { givePassword, PASSWORD } from '../support/serving.ts'
import { check, create, csv, somebody } from '../support/upload.ts'
import { type Browser, type Pages, testPages } from '../support/web.ts'

const MINUTE_MS = 60_000
const HEADING = 'LocalID,FirstName,LastName,Mobile,Description'

let portal: Portal
let pages: Pages
let ann: Actor
let bob: Actor
let browser: Browser
let later = 0

beforeAll(async () => {
  portal = await testPortal()
  portal.clock = { now: () => new Date(Date.now() + later) }
  pages = await testPages(portal)
  const organisation = await makeOrganisation(portal, 'RX1')
  const made = (email: string) => makeActor(portal, email, 'local-administrator', organisation)
  ann = await givePassword(portal, await made('ann@rx1.example'))
  bob = await givePassword(portal, await made('bob@rx1.example'))
  await create(portal, ann, 'RX1', csv(HEADING, ...people(0, 60, 'Notes')))
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

beforeEach(async () => {
  browser = await pages.signedIn(ann)
  later += 16 * MINUTE_MS
})

const people = (from: number, to: number, description: string) =>
  Array.from({ length: to - from }, (_, n) => `P${from + n},${somebody(from + n)},${description}`)
const statusOf = async (id: number) => (await findUpload(portal, ann, id)).status

test('a large change is confirmed once they have shown again who they are, with what was chosen on its page', async () => {
  const twin = `X1,${somebody(0)},`
  const file = csv(HEADING, ...people(1000, 1100, ''), twin)
  const { upload } = await check(portal, ann, 'RX1', file, 'create')
  const path = `/uploads/${upload.id}/confirmation`
  const asked = await browser.submit(path, { 'row-102': 'create' })
  expect(asked.text).toContain('Confirm that it is you')
  expect(asked.html).toContain(`action="${path}"`)
  expect(asked.html).toContain('<input type="hidden" name="row-102" value="create">')
  expect(await statusOf(upload.id)).toBe('checked')
  const done = await browser.submit(path, { 'row-102': 'create', proof: 'yes', 'proof-password': PASSWORD })
  expect(done.url).toBe(`/uploads/${upload.id}`)
  expect(await statusOf(upload.id)).toBe('queued')
  later += 14 * MINUTE_MS
  const { upload: next } = await check(portal, ann, 'RX1', csv(HEADING, ...people(2000, 2100, '')), 'create')
  await browser.submit(`/uploads/${next.id}/confirmation`)
  expect(await statusOf(next.id)).toBe('queued')
})

test('a list of organisations is confirmed by who has shown again who they are', async () => {
  const grace = await givePassword(
    portal,
    await makeActor(portal, 'grace@rx1.example', 'global-administrator'),
  )
  const hers = await pages.signedIn(grace)
  const content = csv('Code,Name', 'RZ9,Ninth Trust')
  const plan = await hers.submit('/organisations/load', { file: { filename: 'trusts.csv', content } })
  later += 16 * MINUTE_MS
  const path = `${plan.url}/confirmation`
  expect((await hers.submit(path)).text).toContain('Confirm that it is you')
  expect((await hers.get(plan.url)).text).toContain('Nothing has been changed yet')
  const proof = { proof: 'yes', 'proof-password': PASSWORD }
  expect((await hers.submit(path, proof)).text).toContain('It is being applied.')
})

test('a small one is confirmed as it is', async () => {
  const { upload } = await check(portal, ann, 'RX1', csv(HEADING, ...people(3000, 3099, '')), 'create')
  await browser.submit(`/uploads/${upload.id}/confirmation`)
  expect(await statusOf(upload.id)).toBe('queued')
})

test('one that needs another’s yes is large for both, however few it reaches', async () => {
  const { upload } = await check(portal, ann, 'RX1', csv(HEADING, ...people(0, 60, '[clear]')))
  const path = `/uploads/${upload.id}/confirmation`
  const proof = { proof: 'yes', 'proof-password': PASSWORD }
  expect((await browser.submit(path)).text).toContain('Confirm that it is you')
  await browser.submit(path, proof)
  expect(await statusOf(upload.id)).toBe('awaiting-agreement')
  const other = await pages.signedIn(bob)
  later += 16 * MINUTE_MS
  const answer = {
    answer: 'agree',
    plan: /name="plan" value="(\w+)"/.exec((await other.get(`/uploads/${upload.id}`)).html)?.[1] ?? '',
  }
  const agreeing = `/changes/${upload.id}/agreement`
  expect((await other.submit(agreeing, answer)).text).toContain('Confirm that it is you')
  expect((await other.submit(agreeing, { ...answer, ...proof })).text).toContain('You have agreed.')
})
