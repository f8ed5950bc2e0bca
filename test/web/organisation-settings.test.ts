import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import type { Portal } from '../../src/portal.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, check, create, csv, somebody } from '../support/upload.ts'
import { type Browser, type Pages, testPages } from '../support/web.ts'

let portal: Portal
let pages: Pages
let chief: Actor
let browser: Browser

beforeAll(async () => {
  portal = await testPortal()
  pages = await testPages(portal)
  const organisation = await makeOrganisation(portal, 'RX1')
  chief = await makeActor(portal, 'chief@rx1.example', 'primary-local-administrator', organisation)
  browser = await pages.signedIn(chief)
  const people = [1, 2, 3].map((n) => `P${n},${somebody(n)},Nurse`)
  await create(portal, chief, 'RX1', csv('LocalID,FirstName,LastName,Mobile,JobTitle', ...people))
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

test('a limit that is set holds plans from then on, and the audit log says who set it', async () => {
  const page = await browser.get('/organisation/settings')
  expect(page.text).toContain('Settings of RX1 Trust (RX1)')
  expect(page.html).toMatch(/id="emptied-count"[^>]* value="50"/)
  expect(page.html).toMatch(/name="resultsMail"[^>]* value=""[^>]* checked/)
  const saved = await browser.submit('/organisation/settings', { ...usual(page.html), 'touched-count': '2' })
  expect(saved.text).toContain('The settings of RX1 Trust are saved.')
  expect(saved.html).toMatch(/id="touched-count"[^>]* value="2"/)
  const lines = [1, 2, 3].map((n) => `P${n},Porter`)
  const { upload } = await check(portal, chief, 'RX1', csv('LocalID,JobTitle', ...lines))
  expect((await browser.get(`/uploads/${upload.id}`)).text).toContain(
    '3 accounts are changed (the limit is 2).',
  )
  const log = await browser.get('/organisation/audit-log')
  expect(log.text).toContain('Agreement: Changed in any way: never → more than 2 and 0 %')
  await browser.get('/organisation/settings')
  await browser.submit('/organisation/settings', usual(page.html))
  expect((await browser.get(`/uploads/${upload.id}`)).text).not.toContain('Another person must agree')
})

test('a protected field that a row would change is an error in that row', async () => {
  const page = await browser.get('/organisation/settings')
  await browser.submit('/organisation/settings', {
    ...usual(page.html),
    protectedFields: ['mobile', 'title'],
  })
  const { upload, rows } = await check(
    portal,
    chief,
    'RX1',
    csv('LocalID,Mobile,JobTitle', 'P1,07700 900999,Sister', 'P2,,Sister'),
  )
  expect(rows[0]).toMatchObject({
    action: 'error',
    problems: [{ column: 'Mobile', code: 'protected-field', value: '+447700900999' }],
  })
  expect((await apply(portal, chief, upload)).upload.results).toMatchObject({ updated: 1, failed: 1 })
  const made = await create(
    portal,
    chief,
    'RX1',
    csv('LocalID,FirstName,LastName,Mobile', `P9,${somebody(9)}`),
  )
  expect(made.results.created).toBe(1)
})

test('what can’t be is told beside its field, and nothing is saved', async () => {
  const page = await browser.get('/organisation/settings')
  const wrong = await browser.submit('/organisation/settings', { ...usual(page.html), 'ended-share': '101' })
  expect(wrong.status).toBe(400)
  expect(wrong.text).toContain('Give a share of all accounts, from 0 to 100 per cent.')
  expect(wrong.html).toMatch(/id="ended-share"[^>]* value="101"/)
  expect((await browser.get('/organisation/settings')).html).toMatch(/id="ended-share"[^>]* value="5"/)
})

test('only who manages the organisation sees its settings', async () => {
  const [organisationId] = chief.grants.map((grant) => grant.organisationId as number)
  const ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', organisationId as number)
  const local = await pages.signedIn(ann)
  expect((await local.get('/')).html).not.toContain('/organisation/settings')
  expect((await local.get('/organisation/settings')).status).toBe(403)
})

/** The form's fields as the page shows them. */
function usual(html: string): Record<string, string> {
  const inputs = html.matchAll(/name="([a-zA-Z]+-(?:count|share))"[^>]* value="([^"]*)"/g)
  return { ...Object.fromEntries([...inputs].map(([, name, value]) => [name, value])), organisation: 'RX1' }
}
