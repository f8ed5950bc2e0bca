import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { addAddress } from '../../src/edits/addresses.ts'
import type { Portal } from '../../src/portal.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, check, create, csv, somebody } from '../support/upload.ts'

let portal: Portal
let ann: Actor

beforeAll(async () => {
  portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const other = await makeOrganisation(portal, 'RY2')
  ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  const far = await makeActor(portal, 'far@trust.example', 'local-administrator', other)
  const people = [1, 2, 3].map((n) => `00${n},${somebody(n)}`)
  await create(portal, ann, 'RX1', csv('LocalID,FirstName,LastName,Mobile', ...people))
  await create(portal, far, 'RY2', csv('LocalID,FirstName,LastName,Mobile', `1,${somebody(9)}`))
  await addAddress(portal, ann, await accountId('001'), 'porter.one@staff.example')
})

afterAll(() => portal[Symbol.asyncDispose]())

async function accountId(localId: string): Promise<number> {
  const { rows } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', `${localId},x`))
  return rows[0]?.accountId as number
}

async function actions(file: string, mode: 'update' | 'create' | 'both' = 'update') {
  const { rows, upload } = await check(portal, ann, 'RX1', file, mode)
  expect(upload.status).toBe('checked')
  return rows.map(({ action, localId, problems }) => [
    action,
    localId,
    ...problems.map(({ column, code, value }) => `${column}: ${code} ${value}`),
  ])
}

describe('a row with neither ID nor local ID', () => {
  test('reaches an account by any of its addresses, in any letters', async () => {
    const file = csv(
      'EmailAddress,JobTitle',
      'JOb.DOEB@staff.example,Porter',
      'mailto:jod.doed@staff.example,Porter',
    )
    expect(await actions(file)).toEqual([
      ['update', '001'],
      ['update', '003'],
    ])
    expect(await actions(csv('E-mail;Job title', 'porter.one@staff.example;Porter'))).toEqual([
      ['update', '001'],
    ])
  })

  test('is an error where nobody of the organisation has it, with the person who was probably meant', async () => {
    const [, , mobile] = somebody(2).split(',')
    const [first, last] = somebody(2).split(',')
    const file = csv(
      'LocalID,ID,EmailAddress,FirstName,LastName,Mobile,JobTitle',
      ',,joj.doej@staff.example,,,,Porter',
      `,,nobody@elsewhere.example,${first},${last},${mobile},Porter`,
      ',,not an address,,,,Porter',
      ',,,,,,Porter',
      ',x1,job.doeb@staff.example,,,,Porter',
    )
    expect(await actions(file)).toEqual([
      ['error', null, 'EmailAddress: unknown-address joj.doej@staff.example'],
      ['error', null, 'EmailAddress: unknown-address nobody@elsewhere.example'],
      ['error', null, 'EmailAddress: not-an-email not an address'],
      ['error', null, 'LocalID: missing-local-id null'],
      ['error', null, 'ID: not-an-id x1'],
    ])
    const { rows } = await check(portal, ann, 'RX1', file)
    expect(rows[1]?.problems[0]?.message).toMatch(
      /^RX1 has no account with the address .* and the local ID “002”/,
    )
  })

  test('is an error where another row is about the same account', async () => {
    const file = csv(
      'LocalID,EmailAddress,JobTitle',
      '001,,Porter',
      ',job.doeb@staff.example,Clerk',
      ',porter.one@staff.example,Cook',
      ',joc.doec@staff.example,Cook',
    )
    const found = await actions(file)
    expect(found.map(([action]) => action)).toEqual(['error', 'error', 'error', 'update'])
    expect(found[1]?.[2]).toMatch(/repeated-row/)
  })
})

test('an address is not read where the row has a local ID, and writes nothing', async () => {
  const file = csv('LocalID,EmailAddress,JobTitle', '001,joc.doec@staff.example,Porter')
  const { upload, rows } = await check(portal, ann, 'RX1', file)
  expect(rows[0]).toMatchObject({ action: 'update', changes: [{ field: 'jobTitle' }], problems: [] })
  expect(upload.assumptions?.ignored).toEqual([])
})

test('making accounts, an address makes none, and is told as ignored', async () => {
  const heading = 'LocalID,E-mail,FirstName,LastName,Mobile'
  const file = csv(heading, `004,new@staff.example,${somebody(4)}`, `,new@staff.example,${somebody(5)}`)
  const { upload } = await check(portal, ann, 'RX1', file, 'create')
  expect(upload).toMatchObject({ counts: { create: 1, error: 1 }, assumptions: { ignored: ['E-mail'] } })
  expect(await actions(csv(heading, `,job.doeb@staff.example,${somebody(1)}`), 'create')).toEqual([
    ['unchanged', '001'],
  ])
  const other = `,job.doeb@staff.example,${somebody(1).replace(/\d+$/, '07700900111')}`
  expect(await actions(csv(heading, other), 'create')).toEqual([
    ['error', null, 'E-mail: already-exists job.doeb@staff.example'],
  ])
})

test('the results file of such an upload, sent back, is read by the same column', async () => {
  const { upload } = await check(
    portal,
    ann,
    'RX1',
    csv('EmailAddress,JobTitle', 'jox.doed@staff.example,Cook'),
  )
  expect(upload.counts.error).toBe(1)
  const sent = csv(
    'EmailAddress,JobTitle,Result,ResultDetail,AccountID,EmailAddress',
    'job.doeb@staff.example,Cook,Failed,,,joc.doec@staff.example',
  )
  const { rows } = await apply(portal, ann, (await check(portal, ann, 'RX1', sent)).upload)
  expect(rows).toMatchObject([{ localId: '001', changes: [{ field: 'jobTitle', new: 'Cook' }] }])
})
