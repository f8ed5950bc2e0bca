import sql from 'sql-template-tag'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import type { Counts } from '../../src/changes/change-set.ts'
import type { CsvRecord } from '../../src/csv/records.ts'
import { NotFound } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { reportText } from '../../src/reports/report-file.ts'
import { checkUpload } from '../../src/uploads/check.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { receiveUpload } from '../../src/uploads/receive.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { readRecords } from '../support/read-records.ts'

const HOSTILE = [
  '=HYPERLINK("http://x.example")',
  '+44 7700 900123',
  '-Smith',
  '@SUM(A1)',
  "'quoted",
  "'=x",
  'a, "b"; c\td',
  'line one\nline two\n\nline four',
  '00012',
  '👩‍⚕️ emoji',
  'مرحبا שלום',
  'x'.repeat(1000),
]

let portal: Portal
let own: number
let pat: Actor
let stranger: Actor
let maryId: number

beforeAll(async () => {
  portal = await testPortal()
  own = await makeOrganisation(portal, 'RX1')
  const other = await makeOrganisation(portal, 'RX2')
  pat = await makeActor(portal, 'pat@x.example', 'local-administrator', own)
  stranger = await makeActor(portal, 'eve@x.example', 'local-administrator', other)
  const by = {
    organisationId: own,
    updatedBy: pat.administratorId,
    updatedAt: new Date('2026-11-22T09:15:30.123Z'),
  }
  maryId = await makeAccount(portal, {
    ...by,
    localId: '00012345',
    title: 'Dr',
    firstName: 'Mary',
    middleName: 'Ruth',
    lastName: "O'Brien",
    jobTitle: 'Consultant',
    department: 'Theatres',
    site: 'Main Hospital',
    organisationalUnit: 'Surgery',
    mobile: '+447700900123',
    hideMobile: true,
    telephone: '01632 960123',
    secondaryEmail: 'mary@home.example',
    address: 'mary.obrien@staff.example',
  })
  await makeAccount(portal, { ...by, localId: 'L1', firstName: 'Lee', lastName: 'Ver', status: 'Leaver' })
  await makeAccount(portal, { ...by, localId: 'D1', firstName: 'Del', lastName: 'Eted', status: 'Deleted' })
  for (const [at, description] of HOSTILE.entries()) {
    await makeAccount(portal, {
      ...by,
      localId: `H${at}`,
      firstName: 'Hostile',
      lastName: 'Value',
      description,
    })
  }
  await makeAccount(portal, { ...by, firstName: 'No', lastName: 'Local-ID', status: 'Disabled' })
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`insert into account (id, organisation_id, local_id, local_id_key, first_name, last_name, created_at, updated_at, updated_by)
      select nextval('account_id'), ${own}, 'many' || n, 'many' || n, 'Many', 'More', now(), now(), ${pat.administratorId}
      from generate_series(1, 4500) n`),
  )
})
afterAll(() => portal[Symbol.asyncDispose]())

describe('the Mailbox Report', () => {
  test('has everyone, in every status, under its fixed headings', async () => {
    const [headings, ...rows] = await cells(
      reportText(portal, pat, { kind: 'mailbox', organisationCode: 'rx1' }),
    )
    expect(headings?.join()).toBe(
      'ID,ExternalSyncID,EmailAddress,DisplayName,Title,FirstName,LastName,JobTitle,MailboxType,Status,' +
        'OrganisationCode,OrganisationName,Site,OrganisationalUnit,Mobile,Telephone,CreatedOn,UpdatedOn,UpdatedBy',
    )
    expect(rows).toHaveLength(4500 + HOSTILE.length + 4)
    expect(new Set(rows.map((row) => row[0])).size).toBe(rows.length)
    expect(rows.map((row) => row[9])).toEqual(
      expect.arrayContaining(['Active', 'Leaver', 'Deleted', 'Disabled']),
    )
    expect(rows[0]).toEqual([
      String(maryId),
      '00012345',
      'mary.obrien@staff.example',
      "O'BRIEN, Mary (RX1)",
      'Dr',
      'Mary',
      "O'Brien",
      'Consultant',
      'User',
      'Active',
      'RX1',
      'RX1 Trust',
      'Main Hospital',
      'Surgery',
      '+447700900123',
      '01632 960123',
      '2026-11-22T09:15:30Z',
      '2026-11-22T09:15:30Z',
      'pat@x.example',
    ])
  })

  test('begins with a byte order mark and comes in pieces', async () => {
    const pieces: string[] = []
    for await (const piece of reportText(portal, pat, { kind: 'mailbox', organisationCode: 'RX1' }))
      pieces.push(piece)
    expect(pieces[0]?.startsWith('\uFEFFID,')).toBe(true)
    expect(pieces.length).toBe(1 + 3)
  })

  test('sent back unedited asks for nothing, of those who have left either', async () => {
    expect(
      await sentBack(reportText(portal, pat, { kind: 'mailbox', organisationCode: 'RX1' })),
    ).toMatchObject({
      rows: 4500 + HOSTILE.length + 4,
      unchanged: 4500 + HOSTILE.length + 4,
      error: 0,
    })
  })

  test('of an organisation outside the scope is not there', async () => {
    await expect(
      cells(reportText(portal, stranger, { kind: 'mailbox', organisationCode: 'RX1' })),
    ).rejects.toThrow(NotFound)
  })
})

describe('the export as upload file', () => {
  test('leaves out leavers and deleted accounts', async () => {
    const [headings, ...rows] = await cells(
      reportText(portal, pat, { kind: 'upload-file', organisationCode: 'RX1' }),
    )
    expect(headings?.join()).toBe(
      'ID,LocalID,Title,FirstName,MiddleName,LastName,KnownAs,JobTitle,Department,OrganisationCode,Site,OrganisationalUnit,' +
        'Mobile,HideMobile,Telephone,SecondaryEmail,Description,HideFromDirectory,StartsOn,Version',
    )
    expect(rows).toHaveLength(4500 + HOSTILE.length + 2)
    expect(rows[0]).toEqual([
      String(maryId),
      '00012345',
      'Dr',
      'Mary',
      'Ruth',
      "O'Brien",
      '',
      'Consultant',
      'Theatres',
      'RX1',
      'Main Hospital',
      'Surgery',
      '+447700900123',
      'Yes',
      '01632 960123',
      'mary@home.example',
      '',
      'No',
      '',
      '1',
    ])
  })

  test('sent back unedited changes nothing', async () => {
    const counts = await sentBack(reportText(portal, pat, { kind: 'upload-file', organisationCode: 'RX1' }))
    expect(counts).toMatchObject({
      rows: 4500 + HOSTILE.length + 2,
      unchanged: 4500 + HOSTILE.length + 2,
      error: 0,
    })
    expect(counts.problems).toEqual({})
  })

  test('neutralises what a spreadsheet would run', async () => {
    let text = ''
    for await (const piece of reportText(portal, pat, { kind: 'upload-file', organisationCode: 'RX1' }))
      text += piece
    expect(text).toContain(`"'=HYPERLINK(""http://x.example"")"`)
    expect(text).toContain(`,'+447700900123,`)
  })
})

async function sentBack(file: AsyncIterable<string>): Promise<Counts> {
  const bytes = (async function* () {
    for await (const piece of file) yield Buffer.from(piece)
  })()
  const { id } = await receiveUpload(portal, pat, {
    ...{ organisationCode: 'RX1', mode: 'update', filename: 'x.csv', bytes },
  })
  await checkUpload(portal, { data: { uploadId: id, organisationId: own } })
  const upload = await findUpload(portal, pat, id)
  expect(upload.status).toBe('checked')
  return upload.counts
}

async function cells(file: AsyncIterable<string>): Promise<string[][]> {
  const records: CsvRecord[] = []
  const bytes = (async function* () {
    for await (const piece of file) yield Buffer.from(piece)
  })()
  for await (const batch of readRecords(bytes, { encoding: 'utf-8', delimiter: ',' })) records.push(...batch)
  return records.map((record) => record.cells)
}
