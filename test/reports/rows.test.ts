import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { forMachines } from '../../src/csv/for-machines.ts'
import { rowsOf } from '../../src/csv/rows-of.ts'
import { editAccount } from '../../src/edits/edit-account.ts'
import { Forbidden, InvalidInput, NotFound } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { ask } from '../../src/reports/ask.ts'
import { lookAtReport } from '../../src/reports/look-at-report.ts'
import type { Given } from '../../src/reports/parameters.ts'
import { REPORTS, reportsFor } from '../../src/reports/registry.ts'
import { reportText } from '../../src/reports/report-file.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, check, create, csv } from '../support/upload.ts'

let portal: Portal
let own: number
let ann: Actor
let pia: Actor
let desk: Actor
let far: Actor
let ines: number

beforeAll(async () => {
  portal = await testPortal({ mailDomain: 'staff.example' })
  own = await makeOrganisation(portal, 'RX1')
  const other = await makeOrganisation(portal, 'RX2')
  ann = await makeActor(portal, 'ann@x.example', 'local-administrator', own)
  pia = await makeActor(portal, 'pia@x.example', 'primary-local-administrator', own)
  desk = await makeActor(portal, 'desk@x.example', 'local-helpdesk', own)
  far = await makeActor(portal, 'far@x.example', 'primary-local-administrator', other)
  await create(
    portal,
    ann,
    'RX1',
    csv(
      'LocalID,FirstName,LastName,Mobile,JobTitle,Site',
      '01,Zoë,Okafor,07700 900001,Nurse,Main Hospital',
      '02,Tom,Reed,07700 900002,,Riverside Clinic',
    ),
  )
  await create(portal, far, 'RX2', csv('LocalID,FirstName,LastName,Mobile', '77,Far,Away,07700 900077'))
  const by = { organisationId: own, updatedBy: ann.administratorId }
  ines = await makeAccount(portal, { ...by, firstName: 'Inès', lastName: '=Cmd', jobTitle: 'Porter' })
  await makeAccount(portal, { ...by, firstName: 'Front', lastName: 'Desk', mailboxType: 'Shared' })
  await makeAccount(portal, { ...by, firstName: 'Gone', lastName: 'Person', status: 'Leaver' })
  const { upload } = await check(
    portal,
    ann,
    'RX1',
    csv('LocalID,JobTitle,Mobile', '01,Sister,', '02,,x', '9,A,'),
  )
  await apply(portal, ann, upload)
  await editAccount(portal, pia, ines, { values: { site: 'Main Hospital', jobTitle: 'Head Porter' } })
})
afterAll(() => portal[Symbol.asyncDispose]())

async function rows(kind: string, given: Given = {}, actor = pia): Promise<Record<string, string>[]> {
  const found: string[][] = []
  const content = reportText(portal, actor, { kind, organisationCode: 'RX1', given })
  for await (const some of rowsOf({ filename: kind, content })) found.push(...some)
  const [headings = [], ...lines] = found
  return lines.map((cells) => Object.fromEntries(headings.map((heading, at) => [heading, cells[at] ?? ''])))
}

async function measures(kind: string, given: Given = {}) {
  const asked = await ask(portal, pia, { kind, organisationCode: 'RX1', given })
  return (await lookAtReport(portal, pia, asked, { after: null, limit: 10 })).measures
}

test('the Mailbox Report is of everybody, or of a site or a status', async () => {
  const names = async (given?: Given) => (await rows('mailbox', given)).map(({ FirstName }) => FirstName)
  expect(await names()).toEqual(['Zoë', 'Tom', 'Inès', 'Front', 'Gone'])
  expect(await names({ site: 'main hospital' })).toEqual(['Zoë', 'Inès'])
  expect(await names({ status: 'Leaver' })).toEqual(['Gone'])
  expect(await measures('mailbox')).toMatchObject({
    total: 5,
    pictures: [
      { kind: 'bars', bars: [{ label: 'Pending' }, { label: 'Active', value: 4, share: 80 }, {}, {}, {}] },
    ],
  })
})

test('without a local ID are those who are there and have none', async () => {
  expect((await rows('without-local-id')).map(({ MailboxType }) => MailboxType)).toEqual(['User', 'Shared'])
  expect(await measures('without-local-id')).toMatchObject({ total: 2 })
})

test('data quality says of each person what is missing, and how complete each site is', async () => {
  const missing = async (given?: Given) =>
    (await rows('data-quality', given)).map((row) => `${row.DisplayName?.split(',')[0]}: ${row.Missing}`)
  expect(await missing()).toEqual(['REED: Job title', '=CMD: Mobile'])
  expect(await missing({ missing: 'mobile' })).toEqual(['=CMD: Mobile'])
  expect(await measures('data-quality')).toEqual({
    total: 2,
    figures: [
      { label: 'People', value: 3 },
      { label: 'With all three', value: 1 },
      { label: 'Without a mobile', value: 1 },
      { label: 'Without a job title', value: 1 },
      { label: 'Without a site', value: 0 },
    ],
    pictures: [
      expect.objectContaining({
        bars: [
          { label: 'Main Hospital', value: 1, share: 50 },
          { label: 'Riverside Clinic', value: 0, share: 0 },
        ],
      }),
    ],
  })
  expect(await measures('data-quality', { missing: 'mobile' })).toMatchObject({ total: 1 })
})

test('changes are told by field, and accounts that were made by one row', async () => {
  const told = async (given?: Given) =>
    (await rows('changes', given)).map((row) =>
      [
        row.ChangedBy?.split('@')[0],
        row.Source,
        row.LocalID,
        row.Result,
        row.Field,
        row.ValueBefore,
        row.ValueAfter,
      ].join('|'),
    )
  const all = [
    'pia|change||Updated|Job title|Porter|Head Porter',
    'pia|change||Updated|Site||Main Hospital',
    'ann|people.csv|01|Updated|Job title|Nurse|Sister',
    'ann|people.csv|02|Created|||',
    'ann|people.csv|01|Created|||',
  ]
  expect(await told()).toEqual(all)
  expect(await told({ through: 'edit' })).toEqual(all.slice(0, 2))
  expect(await told({ administrator: 'ANN@x.example' })).toEqual(all.slice(2))
  expect(await told({ person: '01' })).toEqual([all[2], all[4]])
  expect(await told({ person: String(ines) })).toEqual(all.slice(0, 2))
  expect(await told({ field: 'site' })).toEqual([
    all[1],
    'ann|people.csv|02|Created|Site||Riverside Clinic',
    'ann|people.csv|01|Created|Site||Main Hospital',
  ])
  expect(await told({ from: '2026-01-01', to: '2026-01-31' })).toEqual([])
  expect(await measures('changes')).toMatchObject({ total: 4, figures: [{ value: 2 }, { value: 2 }] })
  expect(await measures('changes', { field: 'site' })).toMatchObject({ total: 3 })
})

test('a page of changes goes on where the one before ended, whatever the size', async () => {
  const asked = await ask(portal, pia, { kind: 'changes', organisationCode: 'RX1' })
  const whole = (await lookAtReport(portal, pia, asked, { after: null, limit: 100 })).page
  for (const given of [{}, { field: 'jobTitle' }] satisfies Given[]) {
    const wanted = await ask(portal, pia, { kind: 'changes', organisationCode: 'RX1', given })
    const together: string[][] = []
    let after: string | null = null
    do {
      const { page } = await lookAtReport(portal, pia, wanted, { after, limit: 1 })
      together.push(...page.rows)
      after = page.next
    } while (after !== null)
    const expected = whole.rows.filter((cells) => given.field === undefined || cells.includes('Job title'))
    expect(together.filter((cells) => given.field === undefined || cells[9] === 'Updated')).toEqual(expected)
  }
  const nowhere = await lookAtReport(portal, pia, asked, { after: '99999.1.1', limit: 10 })
  expect(nowhere.page).toMatchObject({ rows: [], next: null })
  expect((await lookAtReport(portal, pia, asked, { after: 'x', limit: 10 })).page.rows).toEqual([])
})

test('uploads are told with their outcomes, week by week', async () => {
  expect(await rows('uploads')).toMatchObject([
    { FileName: 'people.csv', Status: 'completed', Mode: 'update', Rows: '3', Updated: '1', Unchanged: '0' },
    { Status: 'completed', Mode: 'create', Created: '2', Failed: '0', SentBy: 'ann@x.example' },
  ])
  expect(await rows('uploads', { administrator: 'pia@x.example' })).toEqual([])
  const { total, figures, pictures } = await measures('uploads')
  expect([total, figures.map(({ value }) => value)]).toEqual([2, [1, 1, 0, 0]])
  const [picture] = pictures
  expect(picture?.kind === 'columns' && picture.columns).toHaveLength(13)
  expect(picture?.kind === 'columns' && picture.columns.at(-1)?.values).toEqual([1, 1, 0, 0])
})

test('administrators are told with their roles and when they last signed in', async () => {
  await portal.database.transaction('everything', (tx) =>
    tx.run(
      sql`update administrator set last_sign_in_at = '2026-01-02T03:04:05Z' where id = ${ann.administratorId}`,
    ),
  )
  expect(await rows('administrators')).toMatchObject([
    { EmailAddress: 'ann@x.example', Roles: 'Local Administrator', LastSignIn: '2026-01-02T03:04:05Z' },
    { EmailAddress: 'pia@x.example', LastSignIn: '' },
    { EmailAddress: 'desk@x.example', State: 'Invited' },
  ])
  expect((await measures('administrators')).figures).toEqual([
    { label: 'Administrators', value: 3 },
    { label: 'Never signed in', value: 2 },
  ])
})

test('whoever may not read what a report is of, may not read the report; elsewhere there is none', async () => {
  expect(reportsFor(desk).map(({ kind }) => kind)).toEqual([
    'mailbox',
    'upload-file',
    'due',
    'without-local-id',
    'data-quality',
  ])
  for (const { kind, needs } of REPORTS) {
    await expect(rows(kind, {}, far)).rejects.toThrow(NotFound)
    if (needs !== 'read-accounts') await expect(rows(kind, {}, desk)).rejects.toThrow(Forbidden)
    else await rows(kind, {}, desk)
  }
  await expect(rows('administrators', {}, ann)).rejects.toThrow(Forbidden)
  await expect(rows('no-such-report')).rejects.toThrow(NotFound)
})

test.each([
  ['mailbox', { site: 'Nowhere' }, 'site'],
  ['mailbox', { from: '2026-01-01' }, 'from'],
  ['mailbox', { status: 'active' }, 'status'],
  ['changes', { from: '31/02/2026' }, 'from'],
  ['changes', { from: '2026-02-02', to: '2026-02-01' }, 'from'],
  ['changes', { person: '77' }, 'person'],
  ['changes', { administrator: 'far@x.example' }, 'administrator'],
] as const)('%s does not take %o', async (kind, given, field) => {
  const asking = ask(portal, pia, { kind, organisationCode: 'RX1', given })
  await expect(asking).rejects.toThrow(InvalidInput)
  await expect(asking).rejects.toMatchObject({ field })
})

test('for a program the cells are as they are', async () => {
  const content = reportText(portal, pia, { kind: 'mailbox', organisationCode: 'RX1' })
  let text = ''
  for await (const piece of forMachines({ filename: 'x.csv', content }).content) text += piece
  expect(text.startsWith('ID,ExternalSyncID,')).toBe(true)
  expect(text).toContain(',=Cmd,')
  expect(text).toContain('\r\n')
  expect(text).not.toContain("'=")
})
