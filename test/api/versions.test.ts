import { afterAll, beforeAll, expect, test } from 'vitest'
import { planText } from '../../src/cli/plan-text.ts'
import type { Portal } from '../../src/portal.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { csv } from '../support/upload.ts'
import { type Api, CSV, openApi, work } from './api.ts'

let portal: Portal
let organisation: number
let ann: Api
let bob: Api
let close: () => Promise<void>

beforeAll(async () => {
  portal = await testPortal()
  organisation = await makeOrganisation(portal, 'RX1')
  const opened = await openApi(portal)
  const as = async (email: string) =>
    opened.as(await makeActor(portal, email, 'local-administrator', organisation))
  ann = await as('ann@rx1.example')
  bob = await as('bob@rx1.example')
  close = async () => {
    await opened.app.close()
    await portal[Symbol.asyncDispose]()
  }
})

afterAll(() => close())

const PEOPLE = csv(
  'LocalID,FirstName,LastName,Mobile,JobTitle,Department',
  '001,Siân,Ap Rhys,07700900001,Nurse,Ward 1',
  '002,Jo,Lee,07700900002,Porter,Estates',
)

test('last week’s export is sent back: what colleagues changed stays, and a conflict is settled by a decision', async () => {
  await carryOut(ann, (await send(ann, PEOPLE, 'create')).id)
  const old = (await ann.get('/reports/upload-file.csv?organisation=RX1')).text
  const [sian, jo] = (await ann.get('/accounts?organisation=RX1')).json.accounts.map(
    ({ id }: { id: number }) => id,
  )
  await change(bob, sian, { jobTitle: 'Sister', telephone: '0113 496 0101' })
  await change(bob, jo, { department: 'Catering' })

  const untouched = await send(ann, old)
  expect(untouched.counts).toMatchObject({ rows: 2, unchanged: 2, conflict: 0, setsBack: 0 })
  expect(untouched.warnings).toEqual([
    {
      code: 'left-as-changed',
      message: '2 cells were left as others have changed them since your download.',
      count: 2,
    },
  ])

  const edited = await send(
    ann,
    old.replace('Nurse', 'Matron').replace('Ward 1', 'Ward 2').replace('Porter', 'Clerk'),
  )
  expect(edited.counts).toMatchObject({
    update: 1,
    conflict: 1,
    warnings: { 'changed-by-others': 1, 'left-as-changed': 1 },
  })
  expect(planText(edited, [], 'the page')).toContain(
    '1 row would undo what others have changed and will be left out, unless you decide otherwise on the page',
  )
  const rows = (await ann.get(`/uploads/${edited.id}/rows?action=conflict`)).json.rows
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatchObject({ choices: ['update', 'use-file', 'leave-out'], decision: null })
  expect(rows[0].problems[0].message).toMatch(
    /^Job title was “Nurse” at version 1, and is “Sister” now: bob@rx1\.example changed it on .+\. The row says “Matron”\. Choose which of them stays\.$/,
  )
  await carryOut(ann, edited.id, { rows: [{ row: rows[0].row, decision: 'update' }] })
  expect((await ann.get(`/accounts/${sian}`)).json).toMatchObject({
    jobTitle: 'Sister',
    department: 'Ward 2',
    telephone: '0113 496 0101',
  })
  expect((await ann.get(`/accounts/${jo}`)).json).toMatchObject({ jobTitle: 'Clerk', department: 'Catering' })
})

test('a conflict that nobody decides is skipped, and the results file says why', async () => {
  const old = (await ann.get('/reports/upload-file.csv?organisation=RX1')).text
  const { json } = await ann.get('/accounts?organisation=RX1&localId=001')
  await change(bob, json.accounts[0].id, { jobTitle: 'Manager' })
  const sent = await send(ann, old.replace('Sister', 'Matron'))
  await carryOut(ann, sent.id)
  const results = (await ann.get(`/uploads/${sent.id}/results.csv`)).text
  expect(results).toMatch(
    /,Skipped,"?Left out since others have changed the same fields\. JobTitle: Job title was “Sister” at version 3, and is “Manager” now: bob@rx1\.example/,
  )
})

test('without versions, a file says whose work it sets back', async () => {
  const sent = await send(ann, csv('LocalID,Department', '002,Estates'))
  expect(sent.counts).toMatchObject({ update: 1, setsBack: 1, warnings: { 'sets-back': 1 } })
  const { rows } = (await ann.get(`/uploads/${sent.id}/rows?problem=sets-back`)).json
  expect(rows[0].problems[0].message).toMatch(/^This sets back what bob@rx1\.example changed on /)
})

async function send(api: Api, file: string, mode = 'update') {
  const { json } = await api.post(`/uploads?organisation=RX1&mode=${mode}&filename=people.csv`, file, CSV)
  await work(portal, organisation, json.id)
  return (await api.get(`/uploads/${json.id}`)).json
}

async function carryOut(api: Api, id: number, decisions?: object): Promise<void> {
  if (decisions) expect((await api.post(`/uploads/${id}/decisions`, decisions)).status).toBe(200)
  expect((await api.post(`/uploads/${id}/confirmation`)).status).toBe(202)
  await work(portal, organisation, id)
}

async function change(api: Api, id: number, values: object): Promise<void> {
  const { headers } = await api.get(`/accounts/${id}`)
  const answer = await api.patch(`/accounts/${id}`, values, { 'if-match': headers.etag as string })
  expect(answer.status).toBe(200)
}
