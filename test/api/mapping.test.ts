import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Portal } from '../../src/portal.ts'
import { checkUpload } from '../../src/uploads/check.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { create, csv, somebody } from '../support/upload.ts'
import { type Api, CSV, openApi } from './api.ts'

const FOREIGN = csv('Personalnr.,Befattning,Skift', '001,Nurse,N', '002,Porter,D')
const MEANT = { 'Personalnr.': 'LocalID', Befattning: 'jobTitle', Skift: null }

let portal: Portal
let organisation: number
let api: Api
let auditor: Api
let close: () => Promise<void>

beforeAll(async () => {
  portal = await testPortal()
  organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', organisation)
  const people = [1, 2].map((n) => `00${n},${somebody(n)}`)
  await create(portal, ann, 'RX1', csv('LocalID,FirstName,LastName,Mobile', ...people))
  const opened = await openApi(portal)
  api = await opened.as(ann)
  auditor = await opened.as(await makeActor(portal, 'aud@rx1.example', 'auditor', organisation))
  close = async () => {
    await opened.app.close()
    await portal[Symbol.asyncDispose]()
  }
})

afterAll(() => close())

async function send(file: string, query = ''): Promise<number> {
  const sent = await api.post(`/uploads?organisation=RX1&filename=hr.csv${query}`, file, CSV)
  expect(sent.status).toBe(202)
  await check(sent.json.id)
  return sent.json.id
}

const check = (uploadId: number) => checkUpload(portal, { data: { uploadId, organisationId: organisation } })

test('a rejected file is read once its headings are explained', async () => {
  const id = await send(FOREIGN)
  expect((await api.get(`/uploads/${id}`)).json.status).toBe('rejected')
  const mapped = await api.post(`/uploads/${id}/mapping`, { columns: MEANT })
  expect(mapped).toMatchObject({ status: 202, json: { id, status: 'checking' } })
  expect(mapped.headers.location).toBe(`/api/v1/uploads/${id}`)
  await check(id)
  expect((await api.get(`/uploads/${id}`)).json).toMatchObject({
    status: 'checked',
    counts: { update: 2 },
    ignoredColumns: [{ heading: 'Skift', nearest: null }],
  })
  expect((await api.get(`/uploads/${await send(FOREIGN)}`)).json.status).toBe('rejected') // it wasn't to be remembered
})

test('what is said with the file holds for it, and what is remembered for the next', async () => {
  const query = `&mapping=${encodeURIComponent(JSON.stringify(MEANT))}`
  const id = await send(FOREIGN, query)
  expect((await api.get(`/uploads/${id}`)).json.status).toBe('checked')
  await api.post(`/uploads/${id}/mapping`, { columns: MEANT, remember: true })
  await check(id)
  expect((await api.get(`/uploads/${await send(FOREIGN)}`)).json).toMatchObject({ counts: { update: 2 } })
})

test.each([
  ['a column that is none', { columns: { Skift: 'shoe' } }, /There is no column “shoe”/],
  ['one column twice', { columns: { Skift: 'title', Befattning: 'Title' } }, /can’t both be/],
  ['a column of passwords', { columns: { Password: 'title' } }, /passwords, which are never read/],
  ['no columns', { remember: true }, /columns/],
])('%s is refused with words', async (_, body, words) => {
  const id = await send(FOREIGN)
  const answer = await api.post(`/uploads/${id}/mapping`, body)
  expect(answer.status).toBe(400)
  expect(answer.text).toMatch(words)
})

test('a file is checked again with the accounts as they are now', async () => {
  const id = await send(csv('LocalID,JobTitle', '001,Cook'))
  const one = (await api.get('/accounts?organisation=RX1&localId=001')).json.accounts?.[0]
  const account = one ?? (await api.get('/accounts?organisation=RX1&search=001')).json.accounts[0]
  await api.patch(`/accounts/${account.id}`, { jobTitle: 'Cook' }, { 'if-match': `"${account.version}"` })
  const again = await api.post(`/uploads/${id}/check`)
  expect(again).toMatchObject({ status: 202, json: { id, status: 'checking' } })
  await check(id)
  expect((await api.get(`/uploads/${id}`)).json).toMatchObject({
    status: 'checked',
    counts: { unchanged: 1 },
  })
  expect((await auditor.post(`/uploads/${id}/check`)).status).toBe(403)
  expect((await api.post('/uploads/999999/check')).status).toBe(404)
  await api.post(`/uploads/${id}/cancellation`)
  expect((await api.post(`/uploads/${id}/check`)).status).toBe(409)
})
