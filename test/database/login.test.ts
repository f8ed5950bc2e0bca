import { Client } from 'pg'
import { expect, test } from 'vitest'
import { makeLogin, mayOnlyServe } from '../../src/database/login.ts'
import { selectLoginRights } from '../../src/database/login-rights.ts'
import { isMigrated, migrate } from '../../src/database/migrate.ts'
import { connectionConfig, openDatabase, PORTAL_ROLE } from '../../src/database/open.ts'
import { schemaIsCurrent } from '../../src/database/schema-current.ts'
import { openPortal, type Portal } from '../../src/portal.ts'
import { migrateQueue } from '../../src/queue/migrate.ts'
import { findReport, startReport } from '../../src/reports/run.ts'
import { findUpload } from '../../src/uploads/find-uploads.ts'
import { startWorker } from '../../src/worker/work.ts'
import { emptyDatabase } from '../cli/muster.ts'
import { newLogin, ownerOf } from '../support/owner.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { apply, csv, receive } from '../support/upload.ts'

test('the login that serves has no rights, with the portal’s role left or not, and may become nobody else', async () => {
  await using portal = await testPortal()
  await using login = newLogin(portal.database.url)
  await makeLogin(portal.database.url, login.url)
  await makeLogin(portal.database.url, login.url) // it is there already
  const owner = new Client(portal.database.url).user
  await using client = await connected(connectionConfig(login.url, PORTAL_ROLE))
  await client.query('select from account') // as the portal's role

  await client.query('set role none')
  const refused = [
    'select from account',
    'select from migration',
    'select from pgboss.job',
    'select from pg_authid',
    `set role ${owner}`,
    `set session authorization ${owner}`,
    'create table mine (n integer)',
    'create role another',
    'create database another',
    `alter role ${login.name} superuser`,
    `alter role ${login.name} bypassrls`,
    "select pg_read_file('PG_VERSION')",
    "copy (select 1) to program 'true'",
    'alter table public.account no force row level security',
  ]
  const NO_PRIVILEGE = '42501' // in words that differ from version to version
  for (const statement of refused)
    await expect(client.query(statement), statement).rejects.toMatchObject({ code: NO_PRIVILEGE })
  const { rows } = await client.query(
    `select g.rolname as becomes, m.rolinherit, m.rolsuper, m.rolcreaterole, m.rolcreatedb, m.rolbypassrls, m.rolreplication
     from pg_auth_members a join pg_roles g on g.oid = a.roleid join pg_roles m on m.oid = a.member
     where m.rolname = session_user`,
  )
  expect(rows).toEqual([
    {
      becomes: PORTAL_ROLE,
      rolinherit: false,
      rolsuper: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolbypassrls: false,
      rolreplication: false,
    },
  ])
  await client.query('reset role') // to what the connection began with
  await client.query('select from account')
  await expect(client.query('select from pg_authid')).rejects.toThrow('permission denied')
})

test('the whole portal works with it: uploads, jobs, reports, the mark of its version', async () => {
  await using database = await emptyDatabase()
  await using owner = await ownerOf(database.url) // who is no superuser
  await using login = newLogin(database.url)
  expect(await mayOnlyServe(owner.url)).toBe(false)
  await migrate(owner.url, async () => {
    await migrateQueue(owner.url)
    await makeLogin(owner.url, login.url)
  })
  expect([await mayOnlyServe(login.url), await mayOnlyServe(owner.url)]).toEqual([true, false])
  expect(await isMigrated(login.url)).toBe(true)
  {
    await using portal = await servedBy(login.url)
    const own = await makeOrganisation(portal, 'RX1')
    const ann = await makeActor(portal, 'ann@trust.example', 'local-administrator', own)
    const id = await receive(portal, ann, 'RX1', FILE, 'create')
    await until(async () => (await findUpload(portal, ann, id)).status === 'checked')
    const { upload } = await apply(portal, ann, await findUpload(portal, ann, id))
    expect(upload).toMatchObject({ status: 'completed', results: { created: 1 } })
    const report = await startReport(portal, ann, { kind: 'mailbox', organisationCode: 'RX1' })
    await until(async () => (await findReport(portal, ann, report)).status === 'completed')
    expect(await portal.database.transaction([], schemaIsCurrent)).toBe(true)
    expect(await portal.database.transaction([], selectLoginRights)).toEqual({
      isSuperuser: false,
      ownsTables: false,
    })
  }
  await owner.query(`delete from migration where name = (select max(name) from migration)`)
  expect(await isMigrated(login.url)).toBe(false)
})

test('of a login that may do more it is known', async () => {
  await using portal = await testPortal()
  expect(await portal.database.transaction([], selectLoginRights)).toMatchObject({ isSuperuser: true })
  await using database = await emptyDatabase()
  await using owner = await ownerOf(database.url)
  await migrate(owner.url)
  const served = openDatabase(owner.url)
  expect(await served.transaction([], selectLoginRights)).toEqual({ isSuperuser: false, ownsTables: true })
  await served.close()
})

const FILE = csv('LocalID,FirstName,LastName,Mobile', '1,Jane,Smith,07700 900001')

async function servedBy(databaseUrl: string): Promise<Portal> {
  await using template = await testPortal()
  const { config, log } = template
  const portal = await openPortal({ ...config, databaseUrl }, { databaseUrl, log })
  startWorker(portal)
  return portal
}

async function connected(given: ReturnType<typeof connectionConfig>): Promise<Client & AsyncDisposable> {
  const client = new Client(given)
  await client.connect()
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error('it did not happen within 30 s')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
