import sql from 'sql-template-tag'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PORTAL_ROLE, type Scope, type Transaction } from '../../src/database/open.ts'
import type { Portal } from '../../src/portal.ts'
import { makeOrganisation, testPortal } from '../support/portal.ts'

// Every other table has forced row-level security.
const OPEN = new Map(
  Object.entries({
    migration: 'which migrations have run; asked before anybody is known',
    setting: 'the session secret and the demo’s mark, of the portal as a whole',
    audit_head: 'the number and hash of the audit log’s last entry',
    attempt: 'hashes of who tries to sign in: before it is known who that is',
    administrator:
      'who may sign in: read by address before the scope is known, and named beside what they did',
    administrator_role: 'the roles that the scope is made of',
    session: 'found by its hash before it is known whose it is',
    api_token: 'found by its hash before it is known whose it is',
    one_time_link: 'found by its hash before it is known whose it is',
    second_factor: 'asked for before anybody is signed in',
    recovery_code: 'asked for before anybody is signed in',
    known_browser: 'found by its hash before anybody has signed in',
    administrator_identity: 'as whom administrators are known elsewhere: before it is known who comes back',
    openid_request: 'who was sent elsewhere to sign in: before it is known who that is',
    link_request: 'asked for before it is looked up whether anybody has the address',
    job_beginning: 'which jobs were begun, in numbers: the queue serves everybody',
    turn: 'whose jobs were begun when, in numbers: the queue serves everybody',
  }),
)

let portal: Portal
let one: number
let two: number

beforeAll(async () => {
  portal = await testPortal()
  one = await makeOrganisation(portal, 'ONE')
  two = await makeOrganisation(portal, 'TWO')
})

afterAll(() => portal[Symbol.asyncDispose]())

test('every table has forced row-level security and a policy, or a reason why not', async () => {
  const tables = await portal.database.transaction([], (tx) =>
    tx.rows<{ name: string; held: boolean }>(sql`
      select c.relname as name, c.relrowsecurity and c.relforcerowsecurity
        and exists (select from pg_policy where polrelid = c.oid) as held
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
        and n.nspname <> 'pgboss' -- the queue's: its jobs hold IDs and counts, and any worker takes any of them
      order by name`),
  )
  expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['account', 'mail', 'upload']))
  const open = tables.filter(({ held }) => !held).map(({ name }) => name)
  expect(open).toEqual([...OPEN.keys()].sort())
})

test('the program acts as a role that can bypass nothing and owns nothing', async () => {
  const found = await portal.database.transaction([], (tx) =>
    tx.row(sql`
      select rolname as role, rolsuper as super, rolbypassrls as bypass, rolcreaterole as makes_roles,
        (select count(*)::integer from pg_class where relowner = pg_roles.oid) as owned
      from pg_roles where rolname = current_user`),
  )
  expect(found).toEqual({ role: PORTAL_ROLE, super: false, bypass: false, makes_roles: false, owned: 0 })
})

describe('a statement that names no organisation', () => {
  const sites = sql`select distinct organisation_id as id from site order by id`

  test('finds the rows of the scope only', async () => {
    expect(await portal.database.transaction([one], (tx) => tx.rows(sites))).toEqual([{ id: one }])
    expect(await portal.database.transaction([one, two], (tx) => tx.rows(sites))).toEqual([
      { id: one },
      { id: two },
    ])
    expect(await portal.database.transaction([], (tx) => tx.rows(sites))).toEqual([])
    expect(await portal.database.transaction('everything', (tx) => tx.rows(sites))).toHaveLength(2)
  })

  test('changes and deletes the rows of the scope only', async () => {
    const renamed = await portal.database.transaction([two], (tx) =>
      tx.run(sql`update site set code = code || 'x'`),
    )
    const deleted = await portal.database.transaction([two], (tx) =>
      tx.run(sql`delete from organisational_unit`),
    )
    expect([renamed, deleted]).toEqual([2, 2])
    const left = await portal.database.transaction('everything', (tx) =>
      tx.rows(sql`select distinct organisation_id as id from organisational_unit`),
    )
    expect(left).toEqual([{ id: one }])
  })

  test('can’t write into another organisation', async () => {
    const intruding = portal.database.transaction([one], (tx) =>
      tx.run(sql`insert into site (organisation_id, name, code) values (${two}, 'Shed', 'S1')`),
    )
    await expect(intruding).rejects.toThrow('row-level security')
  })
})

test('a message is its organisation’s; one of none may be queued by anybody, and read with every scope only', async () => {
  const queue = (organisationId: number | null) => (tx: Transaction) =>
    tx.run(sql`
      insert into mail (message_id, to_address, subject, text, html, change_set_id, organisation_id, created_at,
        next_attempt_at)
      values (${crypto.randomUUID()}, '', '', '', '', ${organisationId && upload}, ${organisationId}, now(), now())`)
  const seen = (scope: Scope) =>
    portal.database.transaction(scope, async (tx) => {
      const found = await tx.rows<{ of: number | null }>(
        sql`select organisation_id as of from mail order by id`,
      )
      return found.map((message) => message.of)
    })
  const upload = await portal.database.transaction([one], makeUpload)
  await portal.database.transaction([], queue(null))
  await portal.database.transaction([one], queue(one))
  await expect(portal.database.transaction([two], queue(one))).rejects.toThrow('row-level security')
  expect(await seen('everything')).toEqual([null, one])
  expect([await seen([one]), await seen([two]), await seen([])]).toEqual([[one], [], []])
})

test('a connection that had a scope before has none in a statement without one, and says nothing of it', async () => {
  await portal.database.onConnection(async (connection) => {
    const everything = sql`select id from organisation`
    expect(await connection.transaction('everything', (tx) => tx.rows(everything))).toHaveLength(2)
    const after = await connection.transaction([], async (tx) => {
      const setting = await tx.row(sql`select current_setting('muster.organisations', true) as scope`)
      return { setting, rows: await tx.rows(everything) }
    })
    expect(after).toEqual({ setting: { scope: '{}' }, rows: [] })

    // And without our own transaction around it: the setting reads as the empty text then.
    const unset = await connection.transaction([], async (tx) => {
      await tx.run(sql`select set_config('muster.organisations', '', true)`)
      return tx.rows(everything)
    })
    expect(unset).toEqual([])
  })
})

async function makeUpload(tx: Transaction): Promise<number> {
  const by = await tx.row<{ id: number }>(
    sql`insert into administrator (email, email_key, name) values ('a@b.example', 'a@b.example', 'A') returning id`,
  )
  const set = await tx.row<{ id: number }>(sql`
    insert into change_set (organisation_id, kind, status, created_by, created_at)
    values (${one}, 'upload', 'checking', ${by?.id}, now()) returning id`)
  await tx.run(sql`insert into upload (id, organisation_id, filename, mode, size_bytes, sha256, lines, encoding)
    values (${set?.id}, ${one}, 'a.csv', 'update', 1, '', 1, 'utf-8')`)
  return set?.id as number
}
