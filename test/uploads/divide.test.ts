import { Readable } from 'node:stream'
import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { cancelChangeSet } from '../../src/changes/cancel.ts'
import type { Mode } from '../../src/changes/plan/wanted.ts'
import { NotFound } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { checkUpload } from '../../src/uploads/check.ts'
import { findCells } from '../../src/uploads/find-cells.ts'
import { findRows } from '../../src/uploads/find-rows.ts'
import { findUnreadHeadings } from '../../src/uploads/find-unread.ts'
import { findUpload, listUploads } from '../../src/uploads/find-uploads.ts'
import { receiveUpload } from '../../src/uploads/receive.ts'
import { recheckUpload } from '../../src/uploads/recheck.ts'
import { failedRowsFile, resultsFile } from '../../src/uploads/results-file.ts'
import { wholeResultsFile } from '../../src/uploads/whole-file.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, create, csv, somebody } from '../support/upload.ts'

let portal: Portal
let ann: Actor
let far: Actor
let one: number
let two: number

beforeAll(async () => {
  portal = await testPortal()
  const [first, second, third] = await Promise.all(
    ['RX1', 'RY2', 'RZ3'].map((code) => makeOrganisation(portal, code)),
  )
  one = first as number
  two = second as number
  ann = await makeActor(portal, 'ann@both.example', 'local-administrator', one, two)
  far = await makeActor(portal, 'far@rz3.example', 'local-administrator', third as number)
  const people = (from: number) =>
    csv('LocalID,FirstName,LastName,Mobile', ...[1, 2].map((n) => `0${n},${somebody(from + n)}`))
  await create(portal, ann, 'RX1', people(10))
  await create(portal, ann, 'RY2', people(20))
  await create(portal, far, 'RZ3', people(30))
})

afterAll(() => portal[Symbol.asyncDispose]())

async function partsOf(id: number, actor = ann) {
  return (await findUpload(portal, actor, id)).parts
}

async function send(file: string, actor = ann, mode: Mode = 'update'): Promise<number> {
  const bytes = Readable.from([Buffer.from(file)])
  const sent = { organisationCode: 'RX1', mode, filename: 'all.csv', divide: true, note: 'November', bytes }
  return (await receiveUpload(portal, actor, sent)).id
}

async function checkAll(id: number): Promise<void> {
  await checkUpload(portal, { data: { uploadId: id, organisationId: one } })
  for (const part of await partsOf(id)) {
    await checkUpload(portal, { data: { uploadId: part.id, organisationId: part.organisation.id } })
  }
}

async function text({ content }: { content: AsyncIterable<string> }): Promise<string> {
  let whole = ''
  for await (const piece of content) whole += piece
  return whole
}

/** Each person gets a job that they haven't had before. */
const fileOf = (job: string) =>
  csv(
    'LocalID,OrganisationCode,JobTitle',
    `01,RX1,${job} nurse`,
    `01,ry2,${job} porter`,
    '',
    `02,RX1,${job} clerk`,
    '01,RZ3,Spy',
    '01,ZZ9,Nobody',
    '02,,Whose',
    '02,RY2,Cook,much,more',
    `02,RY2,"Cook, ${job}"`,
  )

test('each organisation has an upload of its own, with its rows under the numbers of the file', async () => {
  const id = await send(fileOf('First'))
  await checkAll(id)
  const parts = await partsOf(id)
  expect(parts).toMatchObject([
    {
      id,
      organisation: { id: one },
      status: 'checked',
      note: 'November',
      counts: { rows: 6, update: 2, error: 4 },
    },
    {
      organisation: { id: two },
      status: 'checked',
      note: 'November',
      counts: { rows: 2, update: 2, error: 0 },
    },
  ])
  const [own, other] = await Promise.all(parts.map((part) => findRows(portal, ann, part.id, { limit: 20 })))
  expect(
    own?.rows.map(({ row, action, problems }) => [row, action, ...problems.map(({ code }) => code)]),
  ).toEqual([
    [2, 'update'],
    [5, 'update'],
    [6, 'error', 'no-such-organisation'],
    [7, 'error', 'no-such-organisation'],
    [8, 'error', 'missing-organisation'],
    [9, 'error', 'too-many-cells'],
  ])
  expect(other?.rows.map(({ row, action }) => [row, action])).toEqual([
    [3, 'update'],
    [10, 'update'],
  ])
  // Whether an organisation is there can't be told from the words.
  const [there, nowhere] = (own?.rows ?? []).filter(({ row }) => row === 6 || row === 7)
  expect(there?.problems[0]?.message.replace('RZ3', 'ZZ9')).toBe(nowhere?.problems[0]?.message)
  const cells = await findCells(portal, ann, id, [3, 5, 6])
  expect([...cells.rows.values()].filter((row) => row.length > 0)).toEqual([
    ['02', 'RX1', 'First clerk'],
    ['01', 'RZ3', 'Spy'],
  ])
  expect((await listUploads(portal, far, { limit: 10 })).uploads).toHaveLength(1) // its own creation
  await expect(findUpload(portal, far, id)).rejects.toThrow(NotFound)
})

test('each is applied by itself, and its results are its own rows as they came', async () => {
  const id = await send(fileOf('Second'))
  await checkAll(id)
  const [, part] = await partsOf(id)
  const partId = part?.id as number
  const { upload } = await apply(portal, ann, await findUpload(portal, ann, partId))
  expect(upload).toMatchObject({ status: 'completed', results: { updated: 2 } })
  expect((await findUpload(portal, ann, id)).status).toBe('checked')
  const results = (await text(await resultsFile(portal, ann, partId))).split('\r\n')
  expect(results.map((line) => line.split(',').slice(0, 4).join(','))).toEqual([
    '\ufeffLocalID,OrganisationCode,JobTitle,Result',
    '01,ry2,Second porter,Updated',
    '02,RY2,"Cook, Second"',
    '',
  ])
  await apply(portal, ann, await findUpload(portal, ann, id))
  expect((await text(await failedRowsFile(portal, ann, id))).split('\r\n').slice(1, 3)).toMatchObject([
    expect.stringMatching(/^01,RZ3,Spy,.*There is no open organisation “RZ3” that you may send files for/),
    expect.stringMatching(/^01,ZZ9,Nobody,/),
  ])
  const kept = await portal.database.transaction('everything', (tx) =>
    tx.rows(sql`select 1 from upload_bytes where upload_id in (${id}, ${partId})`),
  )
  expect(kept).toEqual([])
})

test('once all have ended the whole file comes back in its order, with the result of every row', async () => {
  const id = await send(fileOf('Whole'))
  await checkAll(id)
  const partId = (await partsOf(id))[1]?.id as number
  await apply(portal, ann, await findUpload(portal, ann, partId))
  await expect(wholeResultsFile(portal, ann, partId)).rejects.toThrow(/once the upload of each organisation/)
  await apply(portal, ann, await findUpload(portal, ann, id))
  for (const each of [id, partId]) {
    const { filename, content } = await wholeResultsFile(portal, ann, each)
    expect(filename).toBe('all results of all.csv')
    const lines = (await text({ content })).split('\r\n')
    expect(lines.map((line) => line.replace(/(Updated|Failed),.*$/, '$1'))).toEqual([
      '\ufeffLocalID,OrganisationCode,JobTitle,Result,ResultDetail,AccountID,EmailAddress',
      '01,RX1,Whole nurse,Updated',
      '01,ry2,Whole porter,Updated',
      '',
      '02,RX1,Whole clerk,Updated',
      '01,RZ3,Spy,Failed',
      '01,ZZ9,Nobody,Failed',
      '02,,Whose,Failed',
      '02,RY2,"Cook,much,more",Failed',
      '02,RY2,"Cook, Whole",Updated',
      '',
    ])
  }
  // Whoever sees one part alone has its rows, at their places.
  const bob = await makeActor(portal, 'bob@ry2.example', 'auditor', two)
  const seen = (await text(await wholeResultsFile(portal, bob, partId))).split('\r\n')
  expect(seen.map((line) => line.split(',', 2).join())).toEqual([
    ...['\ufeffLocalID,OrganisationCode', '', '01,ry2', '', '', '', '', '', '', '02,RY2', ''],
  ])
  await expect(wholeResultsFile(portal, bob, id)).rejects.toThrow(NotFound)
  await expect(wholeResultsFile(portal, far, partId)).rejects.toThrow(NotFound)
})

test('large rows come back too, each in its place, though not all are read at once', async () => {
  const long = 'x'.repeat(300_000)
  const rows = Array.from({ length: 10 }, (_, n) => `${n + 50},${n % 2 ? 'RY2' : 'RX1'},${n} ${long}`)
  const id = await send(['LocalID,OrganisationCode,JobTitle', ...rows, ''].join('\r\n'))
  await checkAll(id)
  for (const part of await partsOf(id)) await apply(portal, ann, await findUpload(portal, ann, part.id))
  const lines = (await text(await wholeResultsFile(portal, ann, id))).split('\r\n')
  expect(lines.slice(1, -1).map((line) => line.slice(0, 300_020))).toEqual(
    rows.map((row) => expect.stringContaining(row)),
  )
  expect(lines.slice(1, -1).every((line) => line.includes(',Failed,'))).toBe(true)
})

test('the sender’s rights count as they were when it was sent, and as they are at the check', async () => {
  // A token for one organisation reaches no other, whatever its owner may.
  const limited = { ...ann, grants: ann.grants.filter(({ organisationId }) => organisationId === one) }
  const again = async () => limited
  const narrow = await send(fileOf('Third'), { ...limited, again })
  await checkAll(narrow)
  expect(await partsOf(narrow)).toMatchObject([{ id: narrow, counts: { update: 2, error: 6 } }])

  const sue = await makeActor(portal, 'sue@both.example', 'local-administrator', one, two)
  const late = await send(fileOf('Fourth'), sue)
  await portal.database.transaction('everything', (tx) =>
    tx.run(
      sql`delete from administrator_role where administrator_id = ${sue.administratorId} and organisation_id = ${two}`,
    ),
  )
  await checkAll(late)
  expect(await partsOf(late)).toMatchObject([{ id: late, counts: { update: 2, error: 6 } }])
})

test('a file that names other organisations alone leaves nothing to do in the one as which it was sent', async () => {
  const id = await send(csv('OrganisationCode,LocalID,JobTitle', 'RY2,01,Nurse'))
  await checkAll(id)
  expect(await partsOf(id)).toMatchObject([
    { id, status: 'rejected' },
    { status: 'checked', counts: { update: 1 } },
  ])
  expect((await findUpload(portal, ann, id)).reason?.message).toMatch(/^No row of the file names RX1/)
})

test('without a column of organisations it is refused, and divided once that is explained', async () => {
  const id = await send(csv('LocalID,Trust,JobTitle', '01,RX1,Nurse', '01,RY2,Porter'))
  await checkAll(id)
  expect((await findUpload(portal, ann, id)).reason?.code).toBe('no-organisation-column')
  await recheckUpload(portal, ann, id, { mapping: { Trust: 'organisationCode' } })
  await checkAll(id)
  const parts = await partsOf(id)
  expect(parts).toMatchObject([{ counts: { update: 1 } }, { counts: { update: 1 } }])
  // The other part is read anew with the same meanings, and can be explained otherwise by itself.
  const [, part] = parts
  const partId = part?.id as number
  expect(await findUnreadHeadings(portal, ann, partId)).toMatchObject({
    unread: [{ heading: 'Trust', samples: ['RY2'] }],
  })
  await recheckUpload(portal, ann, partId)
  await checkAll(id)
  expect(await findUpload(portal, ann, partId)).toMatchObject({
    status: 'checked',
    counts: { update: 1, error: 0 },
  })
})

test('it is divided once, and not at all when it was cancelled before', async () => {
  const id = await send(fileOf('Fifth'))
  await Promise.all([checkAll(id), checkAll(id)])
  expect(await partsOf(id)).toHaveLength(2)
  const unwanted = await send(fileOf('Sixth'))
  await cancelChangeSet(portal, ann, unwanted)
  await checkAll(unwanted)
  expect(await partsOf(unwanted)).toHaveLength(0)
})

test('rows with many of others between them come back in their order', async () => {
  const rows = Array.from(
    { length: 600 },
    (_row, at) => `N${at},${at % 80 === 0 ? 'RY2' : 'RX1'},${somebody(at)}`,
  )
  const file = csv('LocalID,OrganisationCode,FirstName,LastName,Mobile', ...rows)
  const id = await send(file, ann, 'create')
  await checkAll(id)
  const [own, part] = await partsOf(id)
  expect([own?.counts.rows, part?.counts.rows]).toEqual([592, 8])
  await apply(portal, ann, await findUpload(portal, ann, part?.id as number))
  const results = (await text(await resultsFile(portal, ann, part?.id as number))).split('\r\n').slice(1, -1)
  expect(results.map((line) => line.split(',')[0])).toEqual(
    rows.filter((_row, at) => at % 80 === 0).map((line) => line.split(',')[0]),
  )
  await apply(portal, ann, await findUpload(portal, ann, id))
  const whole = (await text(await wholeResultsFile(portal, ann, id))).split('\r\n').slice(1, -1)
  expect(whole.map((line) => line.split(',')[0])).toEqual(rows.map((line) => line.split(',')[0]))
  const { rows: found } = await findRows(portal, ann, part?.id as number, { limit: 20 })
  expect(found.map(({ row }) => row)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((n) => n * 80 + 2))
})
