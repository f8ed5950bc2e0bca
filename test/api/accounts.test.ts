import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Portal } from '../../src/portal.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { csv } from '../support/upload.ts'
import { type Api, CSV, openApi, work } from './api.ts'

let portal: Portal
let api: Api
let organisation: number
let close: () => Promise<void>
let siân: number

beforeAll(async () => {
  portal = await testPortal()
  organisation = await makeOrganisation(portal, 'RX1')
  const opened = await openApi(portal)
  const actor = await makeActor(portal, 'jo@rx1.example', 'local-administrator', organisation)
  api = await opened.as(actor)
  const common = { organisationId: organisation, updatedBy: actor.administratorId }
  siân = await makeAccount(portal, {
    ...common,
    localId: '001',
    firstName: 'Siân',
    lastName: 'Ap Rhys',
    jobTitle: 'Nurse',
    site: 'Main Hospital',
    mobile: '+447700900001',
    address: 'sian.ap-rhys@staff.example',
    otherAddresses: ['sian.jones@staff.example'],
  })
  await makeAccount(portal, {
    ...common,
    localId: '002',
    firstName: 'Jo',
    lastName: 'Lee',
    address: 'jo.lee@staff.example',
  })
  await makeAccount(portal, { ...common, localId: '003', firstName: '=SUM(A1)', lastName: 'Zed' })
  close = async () => {
    await opened.app.close()
    await portal[Symbol.asyncDispose]()
  }
})

afterAll(() => close())

test('an account is told under the names of the headings', async () => {
  expect((await api.get(`/accounts/${siân}`)).json).toEqual({
    id: siân,
    localId: '001',
    emailAddress: 'sian.ap-rhys@staff.example',
    otherAddresses: ['sian.jones@staff.example'],
    displayName: 'AP RHYS, Siân (RX1)',
    title: null,
    firstName: 'Siân',
    middleName: null,
    knownAs: null,
    version: 1,
    lastName: 'Ap Rhys',
    jobTitle: 'Nurse',
    department: null,
    mailboxType: 'User',
    status: 'Active',
    organisationCode: 'RX1',
    organisationName: 'RX1 Trust',
    site: 'Main Hospital',
    organisationalUnit: null,
    mobile: '+447700900001',
    hideMobile: false,
    telephone: null,
    secondaryEmail: null,
    description: null,
    hideFromDirectory: false,
    startsOn: null,
    createdOn: expect.stringMatching(/^\d{4}-.*Z$/),
    updatedOn: expect.stringMatching(/^\d{4}-.*Z$/),
    updatedBy: 'jo@rx1.example',
  })
})

test.each([
  ['', ['001', '002', '003']],
  ['?organisation=rx1&localId=&search=&after=&limit=', ['001', '002', '003']],
  ['?localId=002', ['002']],
  ['?search=sian', ['001']],
  ['?search=jo%20lee', ['002']],
  ['?search=nobody', []],
])('/accounts%s', async (query, localIds) => {
  const { json } = await api.get(`/accounts${query}`)
  expect(json.accounts.map(({ localId }: { localId: string }) => localId)).toEqual(localIds)
  expect(json.next).toBeNull()
})

test('pages follow one another until there is none', async () => {
  const seen: string[] = []
  for (let after = ''; after !== 'end'; ) {
    const { json } = await api.get(`/accounts?limit=1&after=${encodeURIComponent(after)}`)
    seen.push(...json.accounts.map(({ localId }: { localId: string }) => localId))
    after = json.next ?? 'end'
  }
  expect(seen).toEqual(['001', '002', '003'])
})

test('the list has the filters and the orders of the page', async () => {
  const found = async (query: string) =>
    (await api.get(`/accounts?${query}`)).json.accounts.map(({ localId }: { localId: string }) => localId)
  expect(await found('sort=localId&direction=descending')).toEqual(['003', '002', '001'])
  expect(await found('status=Active,Pending&site=Main%20Hospital')).toEqual(['001'])
  expect(await found('status=Leaver,Deleted')).toEqual([])
  expect(await found('hasLocalId=false')).toEqual([])
  expect(await found('hidden=false&type=User&changedSince=2020-01-31')).toHaveLength(3)
  for (const wrong of ['status=Active,Gone', 'sort=shoe-size', 'hidden=perhaps', 'changedSince=31/31/2026'])
    expect((await api.get(`/accounts?${wrong}`)).status, wrong).toBe(400)
})

test('the history tells each field’s change with the upload and row that made it', async () => {
  const sent = await api.post(
    '/uploads?organisation=RX1',
    csv('LocalID,JobTitle,Title', '001,Matron,Ms'),
    CSV,
  )
  await work(portal, organisation, sent.json.id)
  await api.post(`/uploads/${sent.json.id}/confirmation`)
  await work(portal, organisation, sent.json.id)
  const { json } = await api.get(`/accounts/${siân}/history`)
  const common = {
    ...{ at: expect.stringMatching(/Z$/), by: 'jo@rx1.example', upload: sent.json.id, row: 2 },
    ...{ changeSet: sent.json.id, takenBack: null },
  }
  expect(json).toEqual({
    entries: [
      { ...common, field: 'title', old: null, new: 'Ms' },
      { ...common, field: 'jobTitle', old: 'Nurse', new: 'Matron' },
    ],
    next: null,
  })
})

test('the Mailbox Report and the export are streamed as CSV, safe to open in a spreadsheet', async () => {
  const report = await api.get('/reports/mailbox.csv?organisation=rx1')
  expect(report.headers).toMatchObject({ 'content-type': 'text/csv; charset=utf-8' })
  expect(report.headers['content-disposition']).toMatch(/; filename=mailbox-report-RX1-\d{4}-\d\d-\d\d\.csv$/)
  expect(report.text).toMatch(/^\uFEFFID,ExternalSyncID,EmailAddress,/)
  expect(report.text.trim().split('\r\n')).toHaveLength(4)

  const exported = await api.get('/reports/upload-file.csv?organisation=RX1')
  expect(exported.text).toMatch(/^\uFEFFID,LocalID,/)
  expect(exported.text).not.toMatch(/,=SUM/)
})

test('the export sent back unedited plans no change', async () => {
  const exported = await api.get('/reports/upload-file.csv?organisation=RX1')
  const sent = await api.post('/uploads?organisation=RX1&mode=both', exported.text, CSV)
  await work(portal, organisation, sent.json.id)
  expect((await api.get(`/uploads/${sent.json.id}`)).json.counts).toMatchObject({
    rows: 3,
    update: 0,
    create: 0,
  })
})
