import Fastify from 'fastify'
import { Client } from 'pg'
import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { health } from '../../src/api/health.ts'
import { openDatabase } from '../../src/database/open.ts'
import type { Portal } from '../../src/portal.ts'
import { testPortal } from '../support/portal.ts'

test('a portal on a current database is live and ready', async () => {
  await using portal = await testPortal()
  expect(await ask(portal, '/livez')).toMatchObject({ statusCode: 200 })
  expect(await ask(portal, '/readyz')).toMatchObject({
    statusCode: 200,
    body: '{"status":"ok","database":"ok"}',
  })
})

test('one whose database is not of this version is live and not ready', async () => {
  await using portal = await testPortal()
  await portal.database.transaction('everything', (tx) =>
    tx.run(sql`update migration set name = 'x' || name where name = (select max(name) from migration)`),
  )
  expect(await ask(portal, '/readyz')).toMatchObject({
    statusCode: 503,
    body: expect.stringContaining('not migrated'),
  })
})

test('one whose database can’t be written to is live and not ready', async () => {
  await using portal = await testPortal()
  const { pathname } = new URL(portal.database.url)
  const owner = new Client(portal.database.url)
  await owner.connect()
  await owner.query(`alter database ${pathname.slice(1)} set default_transaction_read_only = on`)
  await owner.end()
  const standby = openDatabase(portal.database.url)
  expect(await ask({ ...portal, database: standby }, '/readyz')).toMatchObject({
    statusCode: 503,
    body: expect.stringContaining('read-only'),
  })
  await standby.close()
})

test('one whose database is gone is live and not ready', async () => {
  await using portal = await testPortal({ logLevel: 'silent' })
  const gone = openDatabase('postgres://nobody@127.0.0.1:1/none')
  const cutOff = { ...portal, database: gone }
  expect(await ask(cutOff, '/livez')).toMatchObject({ statusCode: 200 })
  expect(await ask(cutOff, '/readyz')).toMatchObject({
    statusCode: 503,
    body: expect.stringContaining('no answer'),
  })
  await gone.close()
})

async function ask(portal: Portal, url: string) {
  await using app = Fastify()
  await app.register(health(portal))
  return await app.inject({ url })
}
