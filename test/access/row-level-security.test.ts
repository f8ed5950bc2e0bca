import sql from 'sql-template-tag'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PORTAL_ROLE } from '../../src/database/open.ts'
import type { Portal } from '../../src/portal.ts'
import { makeOrganisation, testPortal } from '../support/portal.ts'

// Read before it is known who asks, and of no person of the directory.
const READ_BEFORE_THE_SCOPE_IS_KNOWN = ['administrator_role']

let portal: Portal
let one: number
let two: number

beforeAll(async () => {
  portal = await testPortal()
  one = await makeOrganisation(portal, 'ONE')
  two = await makeOrganisation(portal, 'TWO')
})

afterAll(() => portal[Symbol.asyncDispose]())

test('every table of an organisation has forced row-level security and a policy', async () => {
  const tables = await portal.database.transaction([], (tx) =>
    tx.rows<{ name: string; enabled: boolean; forced: boolean; policies: number }>(sql`
      select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
        (select count(*)::integer from pg_policy where polrelid = c.oid) as policies
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p') and (c.relname = 'organisation' or exists (
        select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organisation_id' and not attisdropped))
      order by name`),
  )
  const names = tables.map(({ name }) => name)
  expect(names).toEqual(
    expect.arrayContaining(['account', 'organisation', 'upload', ...READ_BEFORE_THE_SCOPE_IS_KNOWN]),
  )
  const open = tables.filter(({ enabled, forced, policies }) => !enabled || !forced || policies === 0)
  expect(open.map(({ name }) => name)).toEqual(READ_BEFORE_THE_SCOPE_IS_KNOWN)
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

test('a connection that had a scope before has none in a statement without one, and says nothing of it', async () => {
  await portal.database.onSession({}, async (session) => {
    const everything = sql`select id from organisation`
    expect(await session.transaction('everything', (tx) => tx.rows(everything))).toHaveLength(2)
    const after = await session.transaction([], async (tx) => {
      const setting = await tx.row(sql`select current_setting('muster.organisations', true) as scope`)
      return { setting, rows: await tx.rows(everything) }
    })
    expect(after).toEqual({ setting: { scope: '{}' }, rows: [] })

    // And without our own transaction around it: the setting reads as the empty text then.
    const unset = await session.transaction([], async (tx) => {
      await tx.run(sql`select set_config('muster.organisations', '', true)`)
      return tx.rows(everything)
    })
    expect(unset).toEqual([])
  })
})
