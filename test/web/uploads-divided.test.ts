import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import type { Portal } from '../../src/portal.ts'
import { checkUpload } from '../../src/uploads/check.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { create, csv, somebody } from '../support/upload.ts'
import { type Pages, testPages } from '../support/web.ts'

let portal: Portal
let pages: Pages
let ann: Actor
let bob: Actor
let one: number

beforeAll(async () => {
  portal = await testPortal()
  pages = await testPages(portal)
  one = await makeOrganisation(portal, 'RX1')
  const two = await makeOrganisation(portal, 'RY2')
  ann = await makeActor(portal, 'ann@both.example', 'local-administrator', one, two)
  bob = await makeActor(portal, 'bob@ry2.example', 'local-administrator', two)
  for (const code of ['RX1', 'RY2'])
    await create(
      portal,
      ann,
      code,
      csv('LocalID,FirstName,LastName,Mobile', `01,${somebody(code.charCodeAt(1))}`),
    )
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

const FILE = csv('LocalID,OrganisationCode,JobTitle', '01,RX1,Nurse', '01,RY2,Porter', '09,,Cook')

async function checkAll(id: number): Promise<number[]> {
  await checkUpload(portal, { data: { uploadId: id, organisationId: one } })
  const { parts } = await findUpload(portal, ann, id)
  for (const { id: uploadId, organisation } of parts)
    await checkUpload(portal, { data: { uploadId, organisationId: organisation.id } })
  return parts.map((part) => part.id)
}

test('one file is sent for all, shown with a line for each, and confirmed by one button', async () => {
  const browser = await pages.signedIn(ann)
  const form = await browser.get('/uploads/new')
  expect(form.text).toContain('The organisations named in the file')
  expect(form.html).toMatch(/value="one" checked/)
  const file = { filename: 'all.csv', content: FILE }
  const sent = await browser.submit('/uploads', {
    organisation: 'RX1',
    accounts: 'named',
    mode: 'update',
    file,
  })
  const [own = 0, other = 0] = await checkAll(Number(sent.url.split('/').at(-1)))

  const page = await browser.get(`/uploads/${own}`)
  expect(page.text).toContain('This file is about 2 organisations.')
  expect(page.text).toContain('RX1 Trust (RX1) (this page)')
  expect(page.html).toContain(`<a href="/uploads/${other}">RY2 Trust (RY2)</a>`)
  expect(page.text).toContain('1 to update, 1 error')
  expect(page.text).toContain('Update 2 accounts in 2 organisations')
  const confirmed = await browser.submit(`/uploads/${own}/parts/confirmation`)
  expect(confirmed.text).toContain('Confirmed for 2 organisations.')
  for (const id of [own, other]) {
    const { status, organisation } = await findUpload(portal, ann, id)
    expect(status).toBe('queued')
    await applyChangeSet(portal, { data: { changeSetId: id, organisationId: organisation.id } })
    expect(await findUpload(portal, ann, id)).toMatchObject({ status: 'completed', results: { updated: 1 } })
  }
  // Again it changes nothing.
  expect((await browser.submit(`/uploads/${own}/parts/confirmation`)).text).toContain('Confirmed for 0')

  // Whoever administers one of them sees theirs, and no word of another.
  const theirs = await pages.signedIn(bob)
  const part = await theirs.get(`/uploads/${other}`)
  expect(part.text).toContain('This file is about 1 organisation.')
  expect(part.text).not.toContain('RX1')
  expect((await theirs.get(`/uploads/${own}`)).status).toBe(404)
  expect((await theirs.get('/uploads/new')).text).not.toContain('The organisations named in the file')
})

test('where none of the rows is of the organisation that it was sent for, the page leads to the others', async () => {
  const browser = await pages.signedIn(ann)
  await browser.get('/uploads/new')
  const file = { filename: 'others.csv', content: csv('LocalID,OrganisationCode,JobTitle', '01,RY2,Sister') }
  const sent = await browser.submit('/uploads', {
    organisation: 'RX1',
    accounts: 'named',
    mode: 'update',
    file,
  })
  const [own, other] = await checkAll(Number(sent.url.split('/').at(-1)))
  const page = await browser.get(`/uploads/${own}`)
  expect(page.html).toContain('<title>others.csv has no rows of RX1 – Muster</title>')
  expect(page.html).toContain(`<a href="/uploads/${other}">RY2 Trust (RY2)</a>`)
})

test('the button that confirms all of them asks who they are where they are large together', async () => {
  const rows = (code: string) =>
    Array.from({ length: 60 }, (_, n) => `N${n},${code},${somebody(code.charCodeAt(1) * 100 + n)}`)
  const content = csv('LocalID,OrganisationCode,FirstName,LastName,Mobile', ...rows('RX1'), ...rows('RY2'))
  const browser = await pages.signedIn(ann)
  const file = { filename: 'new.csv', content }
  const form = { organisation: 'RX1', accounts: 'named', mode: 'create', file }
  const sent = await browser.submit('/uploads', form)
  const ids = await checkAll(Number(sent.url.split('/').at(-1)))
  const path = `/uploads/${ids[0]}/parts/confirmation`
  const { clock } = portal
  portal.clock = { now: () => new Date(Date.now() + 16 * 60_000) }
  try {
    expect((await browser.submit(path)).text).toContain('Confirm that it is you')
  } finally {
    portal.clock = clock
  }
  for (const id of ids) expect((await findUpload(portal, ann, id)).status).toBe('checked')
  expect((await browser.submit(path)).text).toContain('Confirmed for 2 organisations.')
})
