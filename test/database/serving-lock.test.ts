import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { takeServingLock } from '../../src/database/serving-lock.ts'
import { testPortal } from '../support/portal.ts'

test('one process has it, until it lets go', async () => {
  await using portal = await testPortal()
  const first = await takeServingLock(portal.database)
  expect(first).toBeDefined()
  expect(await takeServingLock(portal.database)).toBeUndefined()
  await first?.release()
  const second = await takeServingLock(portal.database)
  expect(second).toBeDefined()
  await second?.release()
})

test('whoever has it still does when PostgreSQL was killed and is back', async () => {
  await using portal = await testPortal()
  const first = await takeServingLock(portal.database)
  const client = new Client(portal.database.url)
  await client.connect()
  const holder = async () => (await client.query(HOLDER)).rows[0]?.pid
  const before = await holder()
  await client.query('select pg_terminate_backend($1)', [before])
  while ((await holder()) === before || (await holder()) === undefined) await sleep(20)
  expect(await takeServingLock(portal.database)).toBeUndefined()
  await client.end()
  await first?.release()
})

const HOLDER = `select pid from pg_locks where locktype = 'advisory' and objid = 7266002
  and database = (select oid from pg_database where datname = current_database())`
