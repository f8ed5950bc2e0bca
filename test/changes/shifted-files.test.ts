import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { findAgreement } from '../../src/changes/find-agreement.ts'
import type { Portal } from '../../src/portal.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { check, create, csv, somebody } from '../support/upload.ts'

const PEOPLE = 60

let portal: Portal
let ann: Actor

beforeAll(async () => {
  portal = await testPortal()
  const own = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', own)
  const rows = Array.from({ length: PEOPLE }, (_, n) => `A${n},${somebody(n)},${post(n).join(',')}`)
  await create(portal, ann, 'RX1', csv(`LocalID,FirstName,LastName,Mobile,${POST}`, ...rows))
})
afterAll(() => portal[Symbol.asyncDispose]())

const POST = 'Title,JobTitle,Department,Telephone,Description'

function post(n: number): string[] {
  const jobs = ['Nurse', 'Porter', 'Ward clerk', 'Matron']
  const telephone = `01632 960${String(n).padStart(3, '0')}`
  return ['Dr', jobs[n % 4] as string, `Ward ${n % 7}`, telephone, `Works in bay ${n}`]
}

/** The organisation's people in a file whose cells stand in these places. */
async function limitsOf(headings: string, cellsOf: (n: number) => string[]): Promise<string[]> {
  const lines = Array.from({ length: PEOPLE }, (_, n) => [`A${n}`, ...cellsOf(n)].join(','))
  const { upload } = await check(portal, ann, 'RX1', csv(`LocalID,${headings}`, ...lines))
  expect(upload.status).toBe('checked')
  const { needs } = await findAgreement(portal, ann, upload.id)
  return needs.flatMap(({ limits }) => limits.map(({ limit }) => limit))
}

test('a file is held by itself where two columns were exchanged', async () => {
  expect(
    await limitsOf('Title,JobTitle,Department', (n) => [0, 2, 1].map((at) => post(n)[at] as string)),
  ).toContain('moved')
})

test.each([
  ['right', (cells: string[]) => [cells.at(-1), ...cells.slice(0, -1)]],
  ['left', (cells: string[]) => [...cells.slice(1), cells[0]]],
])(
  'where all stand one too far %s, every row is an error and there is nothing to agree to',
  async (_, shift) => {
    const lines = Array.from({ length: PEOPLE }, (_, n) => [`A${n}`, ...shift(post(n))].join(','))
    const { upload } = await check(portal, ann, 'RX1', csv(`LocalID,${POST}`, ...lines))
    expect(upload.counts).toMatchObject({ error: PEOPLE, update: 0 })
  },
)

test('one whose rows stand beside other people’s is held', async () => {
  expect(await limitsOf('FirstName', (n) => [somebody(n + 1).split(',')[0] as string])).toContain(
    'identifying',
  )
})

test('one that changes every job title, or fills a new column for everybody, is not', async () => {
  expect(await limitsOf('JobTitle', (n) => [`Practice educator ${n % 3}`])).toEqual([])
  expect(await limitsOf('KnownAs', () => ['Sam'])).toEqual([])
  expect(await limitsOf(POST, post)).toEqual([])
})
