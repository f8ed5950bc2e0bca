import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import type { Portal } from '../../src/portal.ts'
import { checkUpload } from '../../src/uploads/check.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { check, create, csv, somebody } from '../support/upload.ts'
import { type Browser, type Pages, testPages } from '../support/web.ts'

const FOREIGN = csv(
  'Personalnr.,Befattning,Location,Skift,Password',
  '001,Nurse,Ward 3,N,',
  '002,Porter,Ward 4,D,',
)

let portal: Portal
let pages: Pages
let ann: Actor
let organisation: number
let browser: Browser

beforeAll(async () => {
  portal = await testPortal()
  pages = await testPages(portal)
  organisation = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', organisation)
  const people = [1, 2].map((n) => `00${n},${somebody(n)}`)
  await create(portal, ann, 'RX1', csv('LocalID,FirstName,LastName,Mobile', ...people))
  browser = await pages.signedIn(ann)
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

const again = (uploadId: number) => checkUpload(portal, { data: { uploadId, organisationId: organisation } })

test('each heading that isn’t certain has its values, and the columns to choose from; never one of passwords', async () => {
  const { upload } = await check(portal, ann, 'RX1', FOREIGN)
  expect(upload.status).toBe('rejected')
  const rejected = await browser.get(`/uploads/${upload.id}`)
  expect(rejected.html).toContain(`href="/uploads/${upload.id}/mapping"`)
  const page = await browser.get(`/uploads/${upload.id}/mapping`)
  const labels = [...page.html.matchAll(/<label[^>]*for="column-\d+"[^>]*>\s*([^<]*?)\s*<\/label>/g)]
  expect(labels.map(([, label]) => label)).toEqual(['Personalnr.', 'Befattning', 'Location', 'Skift'])
  expect(page.text).toContain('It holds: Nurse · Porter')
  expect(page.html).toMatch(/<option value="Site" selected>/) // what Location is read as
  expect(page.text).not.toContain('Password Title') // among those to choose from
})

test('what is chosen is read, and remembered where that is said; the page then shows it as chosen', async () => {
  const { upload } = await check(portal, ann, 'RX1', FOREIGN)
  const url = `/uploads/${upload.id}/mapping`
  await browser.get(url)
  const chosen = { 'column-0': 'LocalID', 'column-1': 'JobTitle', 'column-2': 'Department', 'column-3': '' }
  const page = await browser.submit(url, { ...chosen, remember: 'yes' })
  expect(page.url).toBe(`/uploads/${upload.id}`)
  await again(upload.id)
  expect(await findUpload(portal, ann, upload.id)).toMatchObject({
    counts: { update: 2, fields: { department: 2, jobTitle: 2 } },
    assumptions: { ignored: ['Skift'] },
  })
  const checked = await browser.get(`/uploads/${upload.id}`)
  expect(checked.html).toContain(`<a href="${url}">Say what they hold</a>`)
  const shown = await browser.get(url)
  expect([...shown.html.matchAll(/<option value="(\w*)" selected>/g)].map(([, value]) => value)).toEqual([
    'LocalID',
    'JobTitle',
    'Department',
    '',
  ])
  const next = await check(portal, ann, 'RX1', FOREIGN)
  expect(next.upload).toMatchObject({ status: 'checked', counts: { update: 2 } })
})

test('one column chosen twice is told, and nothing that was chosen is lost', async () => {
  const { upload } = await check(portal, ann, 'RX1', csv('Nummer,Namn', '001,x'))
  const url = `/uploads/${upload.id}/mapping`
  await browser.get(url)
  const page = await browser.submit(url, { 'column-0': 'Title', 'column-1': 'Title', remember: 'yes' })
  expect(page.text).toContain('There is a problem')
  expect(page.text).toContain('can’t both be Title')
  expect([...page.html.matchAll(/<option value="Title" selected>/g)]).toHaveLength(2)
  expect(page.html).toMatch(/name="remember"[^>]* checked/)
})

test('without the right to upload nobody explains headings; elsewhere there is no such upload', async () => {
  const { upload } = await check(portal, ann, 'RX1', csv('Nummer,Namn', '001,x'))
  const other = await makeOrganisation(portal, 'RY2')
  const auditor = await pages.signedIn(await makeActor(portal, 'aud@rx1.example', 'auditor', organisation))
  const far = await pages.signedIn(await makeActor(portal, 'far@ry2.example', 'local-administrator', other))
  const url = `/uploads/${upload.id}/mapping`
  expect((await auditor.submit(url, { 'column-0': 'LocalID' })).status).toBe(403)
  expect((await far.get(url)).status).toBe(404)
})
