import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { listChangeSets } from '../../src/changes/find-change-sets.ts'
import { findAccount, findAccounts } from '../../src/directory/find-accounts.ts'
import { addAccount } from '../../src/edits/add-account.ts'
import { editAccount } from '../../src/edits/edit-account.ts'
import { takeSteps } from '../../src/lifecycle/take-steps.ts'
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
  expect(page.html).toMatch(/name="mobileRequired"[^>]* value=""[^>]* checked/)
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

test('the days that are set count for those too who have left already', async () => {
  const page = await browser.get('/organisation/settings')
  expect(page.html).toMatch(/name="days-leaver"[^>]* value="30"/)
  const id = await accountOf('P3')
  await portal.database.transaction('everything', (tx) =>
    tx.run(
      sql`update account set status = 'Leaver', status_changed_at = now() - interval '12 days' where id = ${id}`,
    ),
  )
  expect(await isDue(id)).toBe(false)
  await browser.submit('/organisation/settings', {
    ...usual(page.html),
    'days-leaver': '20',
    'days-announced': '9',
  })
  expect(await isDue(id)).toBe(true)
  expect((await browser.get('/')).text).toContain('Within 9 days, 1 leaver will be deleted')
  const log = await browser.get('/organisation/audit-log')
  expect(log.text).toContain('Days until a leaver is deleted: 30 days → 20 days')
  await takeSteps(portal)
  expect((await listChangeSets(portal, chief, { kind: 'lifecycle', limit: 5 })).changeSets).toEqual([])
  const shorter = await browser.get('/organisation/settings')
  await browser.submit('/organisation/settings', { ...usual(shorter.html), 'days-leaver': '12' })
  await takeSteps(portal)
  expect((await listChangeSets(portal, chief, { kind: 'lifecycle', limit: 5 })).changeSets).toHaveLength(1)
  const wrong = await browser.submit('/organisation/settings', {
    ...usual(shorter.html),
    'days-deleted': '0',
  })
  expect(wrong.text).toContain('Give a number of days, from 1 to 365.')
})

async function accountOf(localId: string): Promise<number> {
  const { accounts } = await findAccounts(portal, chief, { localId, limit: 1 })
  return accounts[0]?.id as number
}

async function isDue(id: number): Promise<boolean> {
  const { accounts } = await findAccounts(portal, chief, {
    dueWithin: 'announced',
    status: 'Leaver',
    limit: 5,
  })
  return accounts.some((account) => account.id === id)
}

test('a mobile is required of new people, or not, as it is set', async () => {
  const page = await browser.get('/organisation/settings')
  const add = (localId: string) =>
    addAccount(portal, chief, { code: 'RX1' }, { values: { localId, firstName: 'No', lastName: 'Mobile' } })
  await expect(add('1')).rejects.toThrow()
  const rejected = await check(
    portal,
    chief,
    'RX1',
    csv('LocalID,FirstName,LastName', '2,Nell,Mobil'),
    'create',
  )
  expect(rejected.upload.status).toBe('rejected')
  await browser.submit('/organisation/settings', { ...usual(page.html), mobileRequired: 'no' })
  const { text } = await browser.get('/accounts/new')
  expect(text).toContain('Mobile (optional)')
  expect(text).toContain('A new account whose day is ahead is pending until then')
  await add('1')
  const made = await check(portal, chief, 'RX1', csv('LocalID,FirstName,LastName', '2,Nell,Mobil'), 'create')
  expect(made.rows).toMatchObject([{ action: 'create' }])
})

test('mobiles of other countries are taken by files and forms once they are set', async () => {
  const page = await browser.get('/organisation/settings')
  const nowhere = { ...usual(page.html), mobileCountries: 'Ireland, Atlantis' }
  const wrong = await browser.submit('/organisation/settings', nowhere)
  expect(wrong.status).toBe(400)
  expect(wrong.text).toContain('There is no country “Atlantis”.')
  expect(wrong.html).toMatch(/id="mobileCountries"[^>]* value="Ireland, Atlantis"/)
  const irish = csv('LocalID,Mobile', 'P2,+353 87 123 4567', 'P1,353871234568')
  expect((await check(portal, chief, 'RX1', irish)).upload.counts.error).toBe(2)

  await browser.get('/organisation/settings')
  const saved = await browser.submit('/organisation/settings', {
    ...usual(page.html),
    mobileCountries: 'ie; France, United Kingdom',
  })
  expect(saved.html).toMatch(/id="mobileCountries"[^>]* value="Ireland, France"/)
  expect((await browser.get('/organisation/audit-log')).text).toContain(
    'Mobiles of other countries: none → Ireland, France',
  )
  const { upload, rows } = await check(portal, chief, 'RX1', irish)
  expect(upload.counts).toMatchObject({ update: 2, error: 0, warnings: { 'mobile-without-plus': 1 } })
  await apply(portal, chief, upload)
  const [id] = rows.map(({ accountId }) => accountId as number)
  expect((await browser.get(`/accounts/${id}`)).text).toContain('+353 87 123 4567')
  await editAccount(portal, chief, id as number, { values: { mobile: '+33 6 12 34 56 78' } })
  expect((await findAccount(portal, chief, id as number)).mobile).toBe('+33612345678')
})

test('what can’t be is told beside its field, and nothing is saved', async () => {
  const page = await browser.get('/organisation/settings')
  const wrong = await browser.submit('/organisation/settings', { ...usual(page.html), 'ended-share': '101' })
  expect(wrong.status).toBe(400)
  expect(wrong.text).toContain('Give a share of all accounts, from 0 to 100 per cent.')
  expect(wrong.html).toMatch(/id="ended-share"[^>]* value="101"/)
  expect((await browser.get('/organisation/settings')).html).toMatch(/id="ended-share"[^>]* value="5"/)
})

test('times stand in the time zone of the organisation, which has to be one', async () => {
  const page = await browser.get('/organisation/settings')
  const wrong = await browser.submit('/organisation/settings', {
    ...{ ...usual(page.html), 'ended-share': '101', timeZone: 'Europe/Nowhere' },
  })
  expect(wrong.status).toBe(400)
  expect(wrong.text).toMatch(/There is a problem Give a share .* “Europe\/Nowhere” is no time zone/)
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update account set created_at = '2026-11-30 20:15:00Z' where local_id = 'P1'`),
  )
  const { accounts } = await findAccounts(portal, chief, { localId: 'P1', limit: 1 })
  const path = `/accounts/${accounts[0]?.id}`
  expect((await browser.get(path)).text).toContain('Created 30 November 2026 at 8:15pm')
  const there = { ...usual(page.html), timeZone: 'Asia/Dhaka' }
  const saved = await browser.submit('/organisation/settings', there)
  expect(saved.html).toContain('<option value="Asia/Dhaka" selected>')
  expect((await browser.get(path)).text).toContain('Created 1 December 2026 at 2:15am')
  await browser.submit('/organisation/settings', usual(page.html))
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
  const inputs = html.matchAll(/name="([a-zA-Z]+-(?:count|share)|days-[a-z]+)"[^>]* value="([^"]*)"/g)
  return { ...Object.fromEntries([...inputs].map(([, name, value]) => [name, value])), organisation: 'RX1' }
}
