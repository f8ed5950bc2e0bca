import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { parse } from 'csv-parse/sync'
import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { cancelChangeSet } from '../../src/changes/cancel.ts'
import { Conflict, Gone, NotFound } from '../../src/errors.ts'
import type { FileToDownload } from '../../src/results/csv-file.ts'
import { failedRowsFile, problemsFile, resultsFile } from '../../src/uploads/results-file.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, check, create, csv } from '../support/upload.ts'

async function trust() {
  const portal = await testPortal()
  const organisation = await makeOrganisation(portal, 'RX1')
  const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation)
  await create(
    portal,
    ann,
    'RX1',
    csv('LocalID,FirstName,LastName,Mobile', '01,Jane,Smith,07700 900001', '02,Omar,Khan,07700 900002'),
  )
  return { portal, ann }
}

const read = ({ content }: FileToDownload) => text(Readable.from(content))

test('every original cell comes back as it was, with the result after it', async () => {
  const { portal, ann } = await trust()
  await using _ = portal
  const file =
    'local id;Job title;Notes;Password\r\n01;Sister;"a;b\nc";pw1\r\n\r\n 02 ;[clear];=1+1;pw2\r\n99;"say ""hi""";;pw3\r\n'
  const checked = await check(portal, ann, 'RX1', file)
  const { upload } = await apply(portal, ann, checked.upload)
  const results = await resultsFile(portal, ann, upload.id)
  expect(results.filename).toBe('people results.csv')
  expect((await read(results)).split('\r\n')).toEqual([
    '\uFEFFlocal id;Job title;Notes;Password;Result;ResultDetail;AccountID;EmailAddress',
    '01;Sister;"a;b\nc";;Updated;Changed: Job title.;1;jane.smith@staff.example',
    '',
    `" 02 ";[clear];'=1+1;;No change;;2;omar.khan@staff.example`,
    '99;"say ""hi""";;;Failed;local id: RX1 has no account with the local ID “99”. Compare it with the Mailbox Report (column ExternalSyncID).;;',
    '',
  ])
})

test('result columns stay columns, whatever stands in a row, and rows above the headings come back', async () => {
  const { portal, ann } = await trust()
  await using _ = portal
  const file = csv(
    'Staff, all of them',
    '',
    'LocalID,JobTitle',
    '01,Nurse',
    '02,a,b,c',
    '02',
    '02,"Por"ter,x',
  )
  const { upload } = await apply(portal, ann, (await check(portal, ann, 'RX1', file)).upload)
  const lines = (await read(await resultsFile(portal, ann, upload.id))).split('\r\n')
  expect(lines.slice(0, 3)).toEqual([
    '\uFEFFStaff," all of them"',
    '',
    'LocalID,JobTitle,Result,ResultDetail,AccountID,EmailAddress',
  ])
  const results = lines.slice(3, -1).map((line) => parse(line)[0]?.[2])
  expect(results).toEqual(['Updated', 'Failed', 'No change', 'Failed'])
  expect(parse(lines[6] ?? '')[0]?.slice(0, 2)).toEqual(['02', '"Por"ter,x'])
})

test('a results file sent back gets its results replaced, not repeated', async () => {
  const { portal, ann } = await trust()
  await using _ = portal
  const first = await apply(
    portal,
    ann,
    (await check(portal, ann, 'RX1', csv('LocalID,JobTitle', '01,Sister'))).upload,
  )
  const back = await read(await resultsFile(portal, ann, first.upload.id))
  const again = await check(portal, ann, 'RX1', back)
  expect(again.upload.counts).toMatchObject({ rows: 1, unchanged: 1 })
  const second = await apply(portal, ann, again.upload)
  const lines = (await read(await resultsFile(portal, ann, second.upload.id))).split('\r\n')
  expect(lines[0]).toBe('\uFEFFLocalID,JobTitle,Result,ResultDetail,AccountID,EmailAddress')
  expect(lines[1]).toBe('01,Sister,No change,,1,jane.smith@staff.example')
})

test('failed rows alone, ready to correct and send again', async () => {
  const { portal, ann } = await trust()
  await using _ = portal
  const checked = await check(portal, ann, 'RX1', csv('LocalID,JobTitle,Extra', '01,Sister,x', '99,Clerk,y'))
  expect((await read(await problemsFile(portal, ann, checked.upload.id))).split('\r\n')[1]).toMatch(
    /^99,Clerk,y,LocalID: RX1/,
  )
  await expect(failedRowsFile(portal, ann, checked.upload.id)).rejects.toThrow(Conflict)
  const { upload } = await apply(portal, ann, checked.upload)
  const failed = await read(await failedRowsFile(portal, ann, upload.id))
  expect(failed.split('\r\n')[0]).toBe('\uFEFFLocalID,JobTitle,Extra,Problem')
  expect(failed.split('\r\n')[1]).toMatch(/^99,Clerk,y,/)
  expect(failed.split('\r\n')).toHaveLength(3)
  const corrected = await check(portal, ann, 'RX1', failed.replace('99,', '02,'))
  expect(corrected.rows.map((row) => row.action)).toEqual(['update'])
})

test('an upload cancelled before its apply says of each row that it was not reached', async () => {
  const { portal, ann } = await trust()
  await using _ = portal
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', '01,Sister', '99,Clerk'))
  await cancelChangeSet(portal, ann, upload.id)
  const lines = (await read(await resultsFile(portal, ann, upload.id))).split('\r\n')
  expect(lines[1]).toMatch(/^01,Sister,Skipped,Not reached/)
  expect(lines[2]).toMatch(/^99,Clerk,Failed,/)
})

test('there is no file for strangers, before the end, or after its days', async () => {
  const { portal, ann } = await trust()
  await using _ = portal
  const other = await makeActor(
    portal,
    'far@other.example',
    'local-administrator',
    await makeOrganisation(portal, 'RY2'),
  )
  const { upload } = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', '01,Sister'))
  await expect(resultsFile(portal, ann, upload.id)).rejects.toThrow(Conflict)
  await expect(resultsFile(portal, other, upload.id)).rejects.toThrow(NotFound)
  await apply(portal, ann, upload)
  await portal.database.transaction('everything', (tx) => tx.run(sql`update upload set expired_at = now()`))
  await expect(resultsFile(portal, ann, upload.id)).rejects.toThrow(Gone)
})
