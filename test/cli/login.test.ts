import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { openEmbedded } from '../../src/database/embedded.ts'
import { LOGIN_ROLE } from '../../src/database/login.ts'
import { newLogin } from '../support/owner.ts'
import { emptyDatabase, muster, running } from './muster.ts'

test('who migrates makes the login, and who serves by it needs no other', { timeout: 120_000 }, async () => {
  await using database = await emptyDatabase()
  await using login = newLogin(database.url)
  const serving = { DATABASE_URL: login.url }
  const migrating = { ...serving, MIGRATION_DATABASE_URL: database.url }
  expect(await muster(migrating, 'migrate')).toMatchObject({ code: 0, stderr: '' })

  const portal = await running(serving, 'serve')
  expect((await fetch(`${portal.address}/readyz`)).status).toBe(200)
  expect(await usersOf(database.url)).toEqual([login.name])
  expect(await muster(serving, 'organisation', 'add', 'RX1', 'Northbridge')).toMatchObject({ code: 0 })
  expect((await portal.stop()).stderr).not.toContain('Warning')

  await query(database.url, `delete from migration where name = (select max(name) from migration)`)
  const late = await muster(serving, 'serve')
  expect(late).toMatchObject({ code: 1, stdout: '' })
  expect(late.stderr).toContain('Run "muster migrate" with MIGRATION_DATABASE_URL set')
})

test('whoever serves by the tables’ owner is warned, and served as before', { timeout: 60_000 }, async () => {
  await using database = await emptyDatabase()
  const portal = await running({ DATABASE_URL: database.url }, 'serve')
  expect((await fetch(`${portal.address}/readyz`)).status).toBe(200)
  const { stderr } = await portal.stop()
  expect(stderr).toMatch(/Warning: the user of DATABASE_URL may do everything.*MIGRATION_DATABASE_URL/)
})

test('Muster’s own PostgreSQL is served by such a login, in a data folder from before it too', {
  timeout: 180_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-login-'))
  await chmod(folder, 0o755) // PostgreSQL is another user when we are root
  try {
    // The folder as it was before there was such a login, and one whose owner has been given another password.
    for (const then of [`drop role ${LOGIN_ROLE}`, `alter role ${LOGIN_ROLE} password 'another'`, 'select']) {
      const portal = await running({ MUSTER_DATA_DIR: folder }, 'serve')
      await using embedded = await joined(folder)
      expect(await usersOf(embedded.url)).toEqual([LOGIN_ROLE])
      expect(await query(embedded.loginUrl, 'select session_user as name')).toEqual([{ name: LOGIN_ROLE }])
      await expect(query(embedded.loginUrl, 'select from account')).rejects.toThrow('permission denied')
      expect((await portal.stop()).stderr).not.toContain('Warning')
      await query(embedded.url, then)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})

async function joined(dataDir: string) {
  const embedded = await openEmbedded({ dataDir })
  return { ...embedded, [Symbol.asyncDispose]: () => embedded.stop() }
}

/** As whom Muster's connections for serving have signed in. */
function usersOf(url: string): Promise<string[]> {
  const statement = `select distinct usename::text as name from pg_stat_activity
    where application_name in ('muster', 'muster queue') and datname = current_database() order by name`
  return query(url, statement).then((rows) => rows.map(({ name }) => String(name)))
}

async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client(url)
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}
