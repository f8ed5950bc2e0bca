import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { findAudit } from '../../src/access/find-audit.ts'
import type { Portal } from '../../src/portal.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { create, csv } from '../support/upload.ts'
import { type Pages, testPages } from '../support/web.ts'

let portal: Portal
let pages: Pages
let root: Actor
let pat: Actor
let one: number

beforeAll(async () => {
  portal = await testPortal()
  pages = await testPages(portal)
  one = await makeOrganisation(portal, 'RX1')
  root = await makeActor(portal, 'root@muster.example', 'global-administrator')
  pat = await makeActor(portal, 'pat@rx1.example', 'primary-local-administrator', one)
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

test('an organisation is added, renamed, closed with its accounts in sight, and opened again', async () => {
  const browser = await pages.signedIn(root)
  await browser.get('/organisations/new')
  const taken = await browser.submit('/organisations/new', { code: 'rx1', name: 'Again' })
  expect([taken.status, taken.text.includes('already is an organisation')]).toEqual([400, true])
  const wrong = await browser.submit('/organisations/new', { code: 'R-1', name: 'Again' })
  expect(wrong.text).toContain('can’t be an organisation’s code')
  const added = await browser.submit('/organisations/new', { code: 'rx2', name: 'Second Trust' })
  expect(added.text).toContain('Second Trust is added.')
  expect(added.text).toContain('0 accounts, 0 sites, 0 units.')
  const renamed = await browser.submit(added.url, { act: 'rename', name: 'Other Trust' })
  expect(renamed.text).toContain('Other Trust is renamed.')

  await create(portal, root, 'RX2', csv('LocalID,FirstName,LastName,Mobile', '01,Zoë,Okafor,07700 900001'))
  const closed = await browser.submit(added.url, { act: 'close' })
  expect(closed.text).toContain('Other Trust is closed.')
  expect(closed.text).toContain('OKAFOR, Zoë (RX2)')
  const list = await browser.get('/organisations?search=trust')
  expect(list.text).toMatch(/RX2 Other Trust Closed/)
  const open = await browser.submit(added.url, { act: 'reopen' })
  expect(open.text).toContain('Other Trust is open again.')
  expect(open.text).not.toContain('OKAFOR')

  const { entries } = await findAudit(portal, root, { limit: 4 })
  expect(entries.map(({ act, details }) => [act, details])).toEqual([
    ['organisation-reopened', {}],
    ['organisation-closed', {}],
    ['organisation-renamed', { from: 'Second Trust', to: 'Other Trust' }],
    ['organisation-added', {}],
  ])
  const local = await pages.signedIn(pat)
  expect((await local.get('/organisations')).status).toBe(403)
})

test('sites and units are added, renamed and removed, but not while accounts or units need them', async () => {
  const people = csv(
    'LocalID,FirstName,LastName,Mobile,Site,OrganisationalUnit',
    '01,Ann,Quill,07700 900001,Main Hospital,Surgery',
  )
  await create(portal, pat, 'RX1', people)
  const browser = await pages.signedIn(pat)
  await browser.get('/organisation/places')
  const change = (fields: Record<string, string>) => browser.submit('/organisation/places', fields)
  const site = { kind: 'site', act: 'add', code: 'RX109', name: 'New  Clinic' }
  expect((await change(site)).text).toContain('is added.')
  const again = await change({ ...site, code: 'rx101', name: 'Another' })
  expect([again.status, again.text.includes('There already is a site called “rx101”.')]).toEqual([400, true])
  const rename = { kind: 'site', act: 'rename', newName: 'Old Clinic' }
  expect((await change({ ...rename, name: 'New Clinic' })).text).toContain('Old Clinic')
  const used = await change({ ...rename, name: 'Main Hospital' })
  expect(used.text).toContain('1 account names the site “Main Hospital”')
  expect((await change({ kind: 'site', act: 'remove', name: 'Main Hospital' })).status).toBe(400)
  expect((await change({ kind: 'site', act: 'remove', name: 'Old Clinic' })).text).toContain('is removed.')
  expect((await change({ kind: 'site', act: 'remove', name: 'Old Clinic' })).status).toBe(404)

  expect((await change({ kind: 'unit', act: 'add', name: 'Theatres', parent: 'Medicine' })).text).toContain(
    '– Theatres Medicine',
  )
  expect((await change({ kind: 'unit', act: 'add', name: 'x', parent: 'Nowhere' })).text).toContain(
    'There is no unit “Nowhere”.',
  )
  expect((await change({ kind: 'unit', act: 'remove', name: 'Medicine' })).text).toContain(
    '1 unit stands under “Medicine”.',
  )
  expect((await change({ kind: 'unit', act: 'remove', name: 'Surgery' })).text).toContain('1 account names')
  expect((await change({ kind: 'unit', act: 'rename', name: 'Medicine', newName: 'Care' })).text).toContain(
    '– Theatres Care',
  )

  const lee = await makeActor(portal, 'lee@rx1.example', 'local-administrator', one)
  const reader = await pages.signedIn(lee)
  expect((await reader.get('/organisation/places')).text).not.toContain('Add the site')
  expect((await reader.submit('/organisation/places', site)).status).toBe(403)
})
