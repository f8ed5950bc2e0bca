import { Client } from 'pg'
import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { startAction } from '../../src/actions/start.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import { applyAtOnce } from '../../src/changes/apply/apply-at-once.ts'
import type { FieldValues } from '../../src/changes/change.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { decide } from '../../src/changes/decide.ts'
import { listChangeSets } from '../../src/changes/find-change-sets.ts'
import { accountHistory } from '../../src/changes/history/history.ts'
import { planAccounts } from '../../src/changes/plan/plan-accounts.ts'
import { findAccount, findAccounts } from '../../src/directory/find-accounts.ts'
import { editAccount } from '../../src/edits/edit-account.ts'
import type { Portal } from '../../src/portal.ts'
import { runReport, startReport } from '../../src/reports/run.ts'
import { findRows } from '../../src/uploads/find-rows.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { resultsFile } from '../../src/uploads/results-file.ts'
import { sendResults } from '../../src/uploads/send-results.ts'
import { doDaily } from '../../src/worker/daily.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { transfer } from '../support/transfer.ts'
import { takeBack } from '../support/undo.ts'
import { apply, check, create, csv, somebody } from '../support/upload.ts'

/** What was ever known of the person, in words that stand nowhere else; in small letters. The last mobile is a twin’s too. */
const PERSONAL = [
  ...['zq70471', 'zq70472', 'zebulon', 'quillfeather', 'quillmarried', 'ostrava', 'zebby', '7700900471'],
  ...['kiteflyer', 'kitemaker', 'kiteworks', 'home.address.zq', '01632960471', 'allergic to paper'],
]

const HEADINGS =
  'LocalID,FirstName,MiddleName,LastName,KnownAs,JobTitle,Department,Mobile,Telephone,SecondaryEmail,Description'
const PERSON =
  'ZQ70471,Zebulon,Ostrava,Quillfeather,Zebby,Kiteflyer,Kiteworks,07700900471,01632960471,home.address.zq@home.example,Allergic to paper'

let portal: Portal
let own: number
let ann: Actor
let id: number
let colleague: number
let created: number
let waiting: number

beforeAll(async () => {
  portal = await testPortal({ mailDomain: 'staff.example' })
  own = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', own)
  await live()
  await leave()
})
afterAll(() => portal[Symbol.asyncDispose]())

/** Whatever somebody’s name gets into while they are there. */
async function live(): Promise<void> {
  const file = csv(HEADINGS, `1,${withBlanks(somebody(1))}`, PERSON)
  created = (await create(portal, ann, 'RX1', file)).id
  await sendResults(portal, { uploadId: created, organisationId: own })
  id = await idOf('ZQ70471')
  colleague = await idOf('1')
  await editAccount(portal, ann, id, {
    values: {
      lastName: 'Quillmarried',
      emailAddress: 'zebulon.quillmarried@staff.example',
      mobile: '07700900472',
    },
  })
  await editAccount(portal, ann, id, { values: { localId: 'ZQ70472' } })
  const set = { action: 'set' as const, field: 'jobTitle', value: 'Kitemaker', accounts: { ids: [id] } }
  const action = await startAction(portal, ann, { organisation: { id: own }, ...set })
  await confirmChangeSet(portal, ann, action)
  await applyChangeSet(portal, { data: { changeSetId: action, organisationId: own } })
  const wanted = { site: 'Main Hospital', accounts: { localIds: ['ZQ70472'] } }
  await transfer(portal, ann, { from: { code: 'RX1' }, to: 'RX1', ...wanted })
  const twin = await check(
    ...([portal, ann, 'RX1'] as const),
    csv(HEADINGS, 'ZQ70473,Zebulom,,Quillmaried,,,,07700900472,,,'),
    'create',
  )
  await decide(portal, ann, twin.upload.id, { all: 'create' })
  expect(twin.rows).toMatchObject([{ action: 'possible-duplicate', similar: { id } }])
  await apply(portal, ann, twin.upload)
  const named = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'ZQ70472,Porter', '1,Porter'))
  await apply(portal, ann, named.upload)
  await sendResults(portal, { uploadId: named.upload.id, organisationId: own })
  await takeBack(portal, ann, named.upload.id)
  const reportRunId = await startReport(portal, ann, { kind: 'mailbox', organisationCode: 'RX1' })
  await runReport(portal, { data: { reportRunId, organisationId: own } })
}

async function leave(): Promise<void> {
  await change(id, { status: 'Leaver' })
  await change(id, { status: 'Deleted' })
  const upload = await check(portal, ann, 'RX1', csv('LocalID,JobTitle', 'ZQ70472,Ostrava', '1,Nurse'))
  waiting = upload.upload.id
  await portal.database.transaction('everything', async (tx) => {
    await tx.run(sql`update mail set sent_at = now()`)
    await tx.run(sql`update account set status_changed_at = now() - interval '31 days' where id = ${id}`)
  })
}

function withBlanks(names: string): string {
  const [first, last, mobile] = names.split(',')
  return `${first},,${last},,,,${mobile},,,`
}

function change(accountId: number, values: FieldValues): Promise<unknown> {
  return portal.database.transaction([own], async (tx) => {
    const changes = await planAccounts(tx, own, new Map([[accountId, values]]))
    await applyAtOnce(portal, tx, { kind: 'action', organisationId: own, by: ann.administratorId }, changes)
  })
}

async function idOf(localId: string): Promise<number> {
  const { accounts } = await findAccounts(portal, ann, { localId, limit: 1 })
  return accounts[0]?.id as number
}

async function removal(): Promise<void> {
  await doDaily(portal)
  const { changeSets } = await listChangeSets(portal, ann, { kind: 'lifecycle', limit: 9 })
  for (const set of changeSets)
    await applyChangeSet(portal, { data: { changeSetId: set.id, organisationId: own } })
  await doDaily(portal)
}

/** Every value of every row of every table, the queue’s too, that holds one of the words. */
async function found(): Promise<string[]> {
  const client = new Client(portal.database.url)
  await client.connect()
  try {
    const { rows: tables } = await client.query(
      `select format('%I.%I', table_schema, table_name) as name, column_name as column, data_type as type
       from information_schema.columns join information_schema.tables using (table_schema, table_name)
       where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    )
    const places: string[] = []
    for (const { name, column, type } of tables) {
      const text = type === 'bytea' ? `encode("${column}", 'escape')` : `"${column}"::text`
      const { rows } = await client.query(
        `select lower(${text}) as value from ${name} where lower(${text}) like any($1)`,
        [PERSONAL.map((word) => `%${word}%`)],
      )
      for (const { value } of rows) {
        const words = PERSONAL.filter((word) => value.includes(word))
        places.push(`${name}.${column}: ${words.join(', ')}`)
      }
    }
    return places
  } finally {
    await client.end()
  }
}

/** Where the person is before; so the search finds what is there. */
const EVERYWHERE = [
  ...['account.first_name', 'account.local_id_key', 'account.name_key', 'address.address'],
  ...[
    'change.before',
    'change.after',
    'change.local_id',
    'change.problems',
    'change.former_local_id_key',
    'change_set.selection',
  ],
  ...[
    'transfer.accounts',
    'mail.attachment',
    'report_bytes.bytes',
    'upload_block.cells',
    'upload_bytes.bytes',
  ],
].map((column) => `public.${column}`)

test('of a removed person no table holds anything but the number', { timeout: 120_000 }, async () => {
  const before = new Set((await found()).map((place) => place.split(':')[0]))
  for (const place of EVERYWHERE) expect(before).toContain(place)
  await removal()
  expect(await found()).toEqual([])
  const account = await findAccount(portal, ann, id)
  expect(account).toMatchObject({ id, status: 'Removed', localId: null, address: null, otherAddresses: [] })
})

test('what is left says what was done and when, and works as before', async () => {
  const { entries } = await accountHistory(portal, ann, id, { limit: 50 })
  expect(entries[0]).toMatchObject({
    by: 'Muster',
    kind: 'lifecycle',
    field: 'status',
    old: 'Deleted',
    new: 'Removed',
  })
  expect(entries.find(({ field, kind }) => field === 'lastName' && kind === 'edit')).toMatchObject({
    ...{ by: 'ann@rx1.example', old: '[removed]', new: '[removed]' },
  })
  expect(entries.at(-1)).toBeDefined()
  const { accounts } = await findAccounts(portal, ann, { status: ['Deleted', 'Leaver', 'Active'], limit: 50 })
  expect(accounts.map((account) => account.id)).not.toContain(id)
  const { content } = await resultsFile(portal, ann, created)
  const lines = (await text(content)).split('\r\n')
  expect(lines[1]).toContain(somebody(1).split(',')[1])
  expect(lines[2]).toMatch(/^\[removed\],\[removed\],.*Created,,\d+,/)
  expect((await findUpload(portal, ann, waiting)).counts.error).toBe(1)
  const { rows } = await findRows(portal, ann, waiting, { limit: 10 })
  expect(rows.find(({ action }) => action === 'error')?.problems).toHaveLength(1)
})

test('nothing brings the person back', async () => {
  await expect(editAccount(portal, ann, id, { values: { jobTitle: 'Nurse' } })).rejects.toThrow(
    'no such account',
  )
  const { changeSets } = await listChangeSets(portal, ann, { kind: 'edit', limit: 9 })
  for (const { id: edit } of changeSets) await takeBack(portal, ann, edit)
  await takeBack(portal, ann, created)
  expect(await findAccount(portal, ann, id)).toMatchObject({
    status: 'Removed',
    lastName: null,
    mobile: null,
  })
  expect((await findAccount(portal, ann, colleague)).status).toBe('Active')
  const again = (await create(portal, ann, 'RX1', csv(HEADINGS, PERSON))).id
  const { rows } = await findRows(portal, ann, again, { limit: 10 })
  expect(rows).toMatchObject([{ result: 'created' }])
  expect(rows[0]?.accountId).not.toBe(id)
})

async function text(content: AsyncIterable<string | Buffer>): Promise<string> {
  let whole = ''
  for await (const piece of content) whole += piece.toString()
  return whole
}
