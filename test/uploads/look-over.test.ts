import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { acceptRepairs } from '../../src/changes/decide.ts'
import type { Portal } from '../../src/portal.ts'
import { findRows } from '../../src/uploads/find-rows.ts'
import { sampleCsv } from '../../src/uploads/template.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, check, create, csv } from '../support/upload.ts'

const HEADINGS = 'LocalID,FirstName,LastName,JobTitle,Department,Mobile,HideMobile'
const JOBS = ['Nurse', 'Porter', 'Café manager']
const PEOPLE = Array.from({ length: 20 }, (_, n) => {
  const last = String.fromCharCode(65 + n)
  return [`00${n + 10}`, 'Sam', `Lee-${last}`, JOBS[n % 3] as string, 'Estates', `07700 9001${n + 10}`, 'No']
})

let portal: Portal
let ann: Actor

beforeAll(async () => {
  portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  await create(portal, ann, 'RX1', csv(HEADINGS, ...PEOPLE.map((cells) => cells.join(','))))
})
afterAll(() => portal[Symbol.asyncDispose]())

function send(headings: string, rows: readonly (readonly string[])[]) {
  return check(portal, ann, 'RX1', csv(headings, ...rows.map((cells) => cells.join(','))))
}

test('of a file in which every row changes one column nothing is said', async () => {
  const { upload } = await send(
    'LocalID,JobTitle',
    PEOPLE.map(([id = '']) => [id, 'Ward clerk']),
  )
  expect(upload.counts).toMatchObject({ update: 20 })
  expect(upload.warnings).toEqual([])
})

test('cells that stand one column too far left are one error a row, and one callout with examples', async () => {
  const moved = PEOPLE.map((cells, n) => (n < 12 ? [...cells.slice(0, 3), ...cells.slice(4), ''] : cells))
  const { upload, rows } = await send(HEADINGS, moved)
  expect(upload.warnings).toMatchObject([
    {
      code: 'shifted-columns',
      message: expect.stringContaining(
        'In 12 rows the cells from JobTitle on stand one column too far left.',
      ),
      count: 12,
      examples: [{ row: 2, column: 'JobTitle', old: 'Nurse', new: 'Estates' }, { row: 3 }, { row: 4 }],
      problem: 'shifted-columns',
    },
  ])
  expect(rows.slice(0, 12).map(({ action, problems }) => [action, problems.map(({ code }) => code)])).toEqual(
    Array(12).fill(['error', ['shifted-columns']]),
  )
  expect(upload.counts).toMatchObject({ unchanged: 8, error: 12, problems: { 'shifted-columns': 12 } })
})

test('cells that stand one column too far right are found likewise', async () => {
  const moved = PEOPLE.map((cells) => [...cells.slice(0, 3), '', ...cells.slice(3, 6)])
  const { upload } = await send(HEADINGS, moved)
  expect(upload.warnings).toMatchObject([{ code: 'shifted-columns', count: 20 }])
  expect(upload.warnings[0]?.message).toContain('too far right')
})

test('columns that took each other’s place are told', async () => {
  const { upload } = await send(
    'LocalID,JobTitle,Department',
    PEOPLE.map((cells) => [cells[0], cells[4], cells[3]] as string[]),
  )
  expect(upload.warnings.map(({ code }) => code)).toEqual([
    'values-of-another-kind',
    'values-of-another-kind',
  ])
})

test('a file whose rows reach nobody is told to be another one', async () => {
  const { upload } = await send(
    'LocalID,JobTitle',
    PEOPLE.map((_, n) => [`X${n}`, 'Porter']),
  )
  expect(upload.warnings).toMatchObject([{ code: 'most-rows-unknown', count: 20 }])
})

test('one mobile that was filled down is told so', async () => {
  const { upload } = await send(
    'LocalID,Mobile',
    PEOPLE.map(([id = '']) => [id, '07700 900999']),
  )
  expect(upload.warnings).toMatchObject([
    { code: 'one-value-in-many', count: 20, message: expect.stringContaining('filled down') },
  ])
})

test('a wrong encoding is told with the file’s own words', async () => {
  const { upload } = await send(
    'LocalID,JobTitle',
    PEOPLE.map((cells) => [cells[0], cells[3]?.replace('é', 'Ã©')] as string[]),
  )
  expect(upload.warnings).toMatchObject([{ code: 'wrong-encoding', count: 6 }])
  expect(upload.warnings[0]?.message).toContain('“CafÃ© manager”')
})

test('the filled sample’s own people are left out, with a warning', async () => {
  const { upload, rows } = await check(portal, ann, 'RX1', sampleCsv(), 'create')
  expect(upload.counts).toMatchObject({ create: 0, unchanged: 3, warnings: { 'sample-row': 3 } })
  const applied = await apply(portal, ann, upload)
  expect(applied.upload.results).toMatchObject({ unchanged: 3, created: 0 })
  expect(rows.map(({ accountId }) => accountId)).toEqual([null, null, null])
})

test('local IDs without their zeros are repaired at one press, and the results tell it', async () => {
  const rows = PEOPLE.map((cells, n) => [
    cells[0]?.replace(/^0+/, '') ?? '',
    n < 2 ? 'Matron' : (cells[3] ?? ''),
  ])
  const { upload } = await send('LocalID,JobTitle', rows)
  expect(upload.counts).toMatchObject({ error: 20, update: 0, repairs: { 'leading-zeros-lost': 20 } })
  await acceptRepairs(portal, ann, upload.id, { kind: 'leading-zeros-lost', accept: true })
  const applied = await apply(portal, ann, upload)
  expect(applied.upload.results).toMatchObject({ updated: 2, unchanged: 18, failed: 0 })
  const { rows: told } = await findRows(portal, ann, upload.id, { limit: 1 })
  expect(told[0]?.problems).toMatchObject([{ code: 'repaired', severity: 'warning', value: '10' }])
})
