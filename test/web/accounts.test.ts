import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { findAccounts } from '../../src/directory/find-accounts.ts'
import type { Portal } from '../../src/portal.ts'
import { runReport } from '../../src/reports/run.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, check, create, csv } from '../support/upload.ts'
import { type Browser, type Pages, testPages } from '../support/web.ts'

let portal: Portal
let pages: Pages
let ann: Actor
let browser: Browser
let organisation: number

beforeAll(async () => {
  portal = await testPortal()
  pages = await testPages(portal)
  organisation = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', organisation)
  browser = await pages.signedIn(ann)
  const people = Array.from({ length: 60 }, (_, at) => {
    const [unit, site] = [at % 2 ? 'Surgery' : 'Medicine', at < 10 ? 'Riverside Clinic' : '']
    return `${String(at).padStart(4, '0')},Jane,Smith${String.fromCharCode(97 + (at % 26))},Nurse,07700 9000${10 + at},${unit},${site}`
  })
  const headings = 'LocalID,FirstName,LastName,JobTitle,Mobile,OrganisationalUnit,Site'
  await create(portal, ann, 'RX1', csv(headings, ...people))
  await makeAccount(portal, {
    organisationId: organisation,
    updatedBy: ann.administratorId,
    lastName: 'Gone',
    localId: 'G1',
    status: 'Deleted',
  })
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

const namesIn = (html: string) =>
  [...html.matchAll(/href="\/accounts\/\d+">([^<]+)</g)].map(([, name]) => name as string)

test('the list: how many, by name, fifty a page, and where one is in it', async () => {
  const page = await browser.get('/accounts')
  expect(page.html).toContain('<title>People – Muster</title>')
  expect(page.text).toContain('60 people')
  expect(namesIn(page.html)).toHaveLength(50)
  expect(namesIn(page.html)[0]).toBe('SMITHA, Jane')
  expect(page.text).toContain('1–50 of 60 Next')
  const second = await browser.get('/accounts?page=2')
  expect(namesIn(second.html)).toHaveLength(10)
  expect(second.text).toContain('51–60 of 60 Previous People on a page')
  expect(second.html).toContain('<a href="/accounts" rel="prev">')
  expect((await browser.get('/accounts?page=9')).url).toBe('/accounts?page=2')
  expect(namesIn((await browser.get('/accounts?size=100')).html)).toHaveLength(60)
})

test('search and filters narrow it down, and stay in the form and in the links of the columns', async () => {
  const found = await browser.get('/accounts?search=smithc&unit=Medicine&site=Riverside+Clinic')
  expect(found.text).toContain('1 person found')
  expect(found.html).toContain('value="smithc"')
  expect(found.html).toContain('<option value="Medicine" selected>')
  expect(found.html).toContain('search=smithc&amp;unit=Medicine&amp;site=Riverside+Clinic&amp;sort=localId')
  expect((await browser.get('/accounts?search=07700+900017')).text).toContain('1 person found')
  expect((await browser.get('/accounts?status=Deleted')).text).toContain('GONE')
  expect((await browser.get('/accounts?status=Active&status=Deleted')).text).toContain('61 people found')
  expect((await browser.get('/accounts?noLocalId=yes')).text).toContain('0 people found')
  expect((await browser.get('/accounts?changedSince=1/1/2001')).text).toContain('60 people found')
  const wrong = await browser.get('/accounts?changedSince=yesterday')
  expect(wrong.status).toBe(400)
  expect(wrong.text).toContain('“yesterday” is not a date. Write it as 30/11/2026 or 2026-11-30.')
})

test('who finds nobody is told what was looked for, who is called nearly so, and of leavers and deleted accounts', async () => {
  const nobody = await browser.get('/accounts?search=jnae+smithzz&unit=Surgery')
  expect(nobody.text).toContain('0 people found')
  expect(nobody.text).toContain(
    'Looked for people with “jnae smithzz” who are pending, active or disabled, in the unit Surgery.',
  )
  const near = /People who are called nearly so:.*?<a href="([^"]+)">(Jane Smith[a-z])<\/a>/s.exec(
    nobody.html,
  )
  expect(near?.[1]).toBe(`/accounts?search=${near?.[2]?.replace(' ', '+')}&amp;unit=Surgery`)
  expect((await browser.get('/accounts?search=gone')).html).toContain(
    '<a href="/accounts?search=gone&amp;status=Pending&amp;status=Active&amp;status=Disabled&amp;status=Leaver&amp;status=Deleted">',
  )
  expect((await browser.get('/accounts?search=gone&status=Leaver&status=Deleted')).text).toContain('GONE')
})

test('sorted both ways, and says so', async () => {
  const page = await browser.get('/accounts?sort=localId')
  expect(page.html).toMatch(
    /aria-sort="ascending"[^>]*><a href="\/accounts\?sort=localId&amp;direction=descending">Local ID/,
  )
  expect(page.html.indexOf('>0000<')).toBeLessThan(page.html.indexOf('>0001<'))
  const back = await browser.get('/accounts?sort=localId&direction=descending')
  expect(back.html).toMatch(/aria-sort="descending"[^>]*><a href="\/accounts\?sort=localId">Local ID/)
  expect(back.html.indexOf('>0059<')).toBeLessThan(back.html.indexOf('>0058<'))
  const newest = await browser.get('/accounts?sort=updated')
  expect(newest.html).toMatch(
    /aria-sort="descending"[^>]*><a href="\/accounts\?sort=updated&amp;direction=ascending">Updated/,
  )
})

test('the columns that were chosen stay chosen, and the list stays where it was', async () => {
  const visitor = await pages.signedIn(ann)
  const columns = (html: string) =>
    [...html.matchAll(/<th [^>]*>(?:<a [^>]*>)?([^<]+)/g)].map(([, name]) => name)
  expect(columns((await visitor.get('/accounts')).html)).toEqual([
    'Name',
    'Local ID',
    'E-mail address',
    'Job title',
    'Status',
    'Updated',
  ])
  const chosen = await visitor.get('/accounts?search=smith&columns=chosen&column=mobile&column=unit')
  expect(chosen.url).toBe('/accounts?search=smith')
  expect(columns(chosen.html)).toEqual(['Name', 'Unit', 'Mobile'])
  expect(chosen.text).toContain('07700 900 010')
  expect(columns((await visitor.get('/accounts')).html)).toEqual(['Name', 'Unit', 'Mobile'])
  await visitor.get('/accounts?columns=chosen')
  expect(columns((await visitor.get('/accounts')).html)).toEqual(['Name'])
})

test('the way back from an account leads to the list as it was, of that organisation', async () => {
  const visitor = await pages.signedIn(ann)
  const list = await visitor.get('/accounts?search=smith&sort=updated&page=2')
  const account = /href="(\/accounts\/\d+)"/.exec(list.html)?.[1] as string
  const backFrom = async (path: string) => {
    const [link = ''] = /<a[^>]*nhsuk-back-link[^>]*>/.exec((await visitor.get(path)).html) ?? []
    return /href="([^"]+)"/.exec(link)?.[1]
  }
  expect(await backFrom(account)).toBe('/accounts?search=smith&amp;sort=updated&amp;page=2')
  visitor.cookies.set('muster-list', encodeURIComponent('1.1.//evil.example'))
  expect(await backFrom(account)).toBe('/accounts')
  await visitor.get(`/accounts?search=${'é'.repeat(900)}`)
  expect(await backFrom(account)).toBe('/accounts') // more than a cookie holds
  await visitor.get('/accounts?search=smith')
  await visitor.submit('/sign-out')
  expect(visitor.cookies.has('muster-list')).toBe(false)
})

test('who is listed is exported as an upload file, in the background where they are many', async () => {
  const page = await browser.get('/accounts?search=smithc&unit=Medicine')
  expect(page.html).toContain('href="/accounts/export.xlsx?search=smithc&amp;unit=Medicine" download')
  const file = (await browser.get('/accounts/export.csv?search=smithc&unit=Medicine')).bytes.toString()
  const lines = file.trimEnd().split('\r\n')
  expect(lines[0]).toContain('LocalID,')
  expect(lines.slice(1).map((line) => line.split(',')[1])).toEqual(['0002', '0028', '0054'])
  expect((await browser.get('/accounts?status=Deleted')).text).toContain(
    'Leavers and deleted accounts can’t be exported as an upload file.',
  )

  const started = await browser.submit('/accounts/export', { search: 'smithc', organisation: 'RX1' })
  expect(started.url).toMatch(/^\/reports\/\d+$/)
  expect(started.text).toContain('people with “smithc” who are pending, active or disabled')
  expect(started.text).toContain('0 of 3 accounts written')
  const id = Number(started.url.split('/').at(-1))
  await runReport(portal, { data: { reportRunId: id, organisationId: organisation } })
  const made = await browser.get(started.url)
  expect(made.text).toContain('3 accounts, as they were on')
  expect((await browser.get(`${started.url}/file.csv`)).bytes.toString()).toBe(
    (await browser.get('/accounts/export.csv?search=smithc')).bytes.toString(),
  )
  const reports = await browser.get('/reports')
  expect(reports.text).toContain('Exports of some people')
  expect(reports.text).not.toContain('with 3 accounts')
})

test('who isn’t in a checked file is listed on request, with what is known of the file', async () => {
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', '0001,Nurse', 'none,Nurse'))
  expect((await browser.get(`/uploads/${upload.id}`)).html).toContain(
    `<a href="/accounts?notInUpload=${upload.id}">Who isn’t in this file</a>`,
  )
  const page = await browser.get(`/accounts?notInUpload=${upload.id}`)
  expect(page.text).toContain('59 people found')
  expect(page.text).toContain('Whoever isn’t in people.csv .')
  expect(page.text).toContain('1 row has errors')
  expect(page.html).toContain(`notInUpload=${upload.id}&amp;sort=localId`)
  const creating = await check(portal, ann, 'RX1', csv('LocalID,FirstName', 'n1,Jo'), 'create')
  expect((await browser.get(`/uploads/${creating.upload.id}`)).text).not.toContain('Who isn’t in this file')
  const rejected = await check(portal, ann, 'RX1', 'a,b')
  expect((await browser.get(`/accounts?notInUpload=${rejected.upload.id}`)).text).toContain(
    'can’t be compared with the people of RX1 Trust',
  )
})

test('nonsense in the address is no fault of the service', async () => {
  for (const query of ['status=Nonsense', 'sort=drop', 'unit=Nowhere', 'search=%00', 'after=nonsense'])
    expect((await browser.get(`/accounts?${query}`)).status).toBeLessThan(500)
})

test('an account: fields, addresses, and the history with the row that made each entry', async () => {
  const { upload } = await check(
    portal,
    ann,
    'RX1',
    csv('LocalID,JobTitle,Mobile', 'x,y,', '0003,Matron,', '0003 ,,'),
  )
  expect(upload.counts.error).toBe(3)
  const second = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'x,y', '0003,<i>Matron</i>'))
  await apply(portal, ann, second.upload)
  const { accounts } = await findAccounts(portal, ann, { localId: '0003', limit: 1 })
  const path = `/accounts/${accounts[0]?.id}`
  const page = await browser.get(path)
  expect(page.html).toContain('<title>SMITHD, Jane (RX1) – Muster</title>')
  expect(page.text).toContain('Local ID 0003')
  expect(page.text).toContain('First name Jane')
  expect(page.text).toContain('Hide mobile No')
  expect(page.text).toContain('jane.smithd@staff.example (primary)')
  expect(page.text).toMatch(
    /Changed on .* ann@rx1\.example, by row 3 of people\.csv Job title from Nurse → to <i>Matron<\/i>/,
  )
  expect(page.text).toMatch(/Created on .*, by row 5 of people\.csv/)
  expect(page.html).not.toContain('<i>Matron')
  expect(page.html).toContain(`href="/uploads/${second.upload.id}?after=2#rows"`)
  const rows = await browser.get(`/uploads/${second.upload.id}?after=2`)
  expect(rows.html).toMatch(/data-label="Row">3</)
  expect(rows.html).not.toMatch(/data-label="Row">2</)
})

test('who may not see uploads reads nothing of the file; who is elsewhere finds nobody', async () => {
  const { accounts } = await findAccounts(portal, ann, { localId: '0005', limit: 1 })
  const path = `/accounts/${accounts[0]?.id}`
  const helpdesk = await pages.signedIn(
    await makeActor(portal, 'hd@rx1.example', 'local-helpdesk', organisation),
  )
  const page = await helpdesk.get(path)
  expect(page.text).toContain('ann@rx1.example')
  expect(page.text).not.toContain('people.csv')
  expect(page.html).not.toContain('href="/uploads')

  const other = await makeOrganisation(portal, 'RX2')
  const bob = await pages.signedIn(await makeActor(portal, 'bob@rx2.example', 'local-administrator', other))
  expect((await bob.get(path)).status).toBe(404)
  expect((await bob.get('/accounts')).text).toContain(
    'This organisation has nobody who is pending, active or disabled.',
  )
})
