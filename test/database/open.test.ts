import sql from 'sql-template-tag'
import { expect, test } from 'vitest'
import { openSilentProxy } from '../../proofs/support/silent-proxy.ts'
import { type Database, openDatabase } from '../../src/database/open.ts'
import { isOutage } from '../../src/database/sql-state.ts'
import { testPortal } from '../support/portal.ts'

test('a connection that the network has swallowed is given up, and the next one is another', async () => {
  await using portal = await testPortal()
  const url = new URL(portal.database.url)
  await using network = await openSilentProxy(Number(url.port))
  url.port = String(network.port)
  const database = openDatabase(url.href, { maxConnections: 1, statementTimeoutSeconds: 1 })
  const ask = () => database.transaction([], (tx) => tx.row(sql`select 1 as n`))
  expect(await ask()).toEqual({ n: 1 })
  network.swallow()
  const error = await ask().catch((thrown) => thrown)
  expect(isOutage(error)).toBe(true)
  expect(await ask()).toEqual({ n: 1 })
  await database.close()
})

test('options in the database’s URL neither lift row-level security nor change what a statement sees', async () => {
  await using portal = await testPortal()
  const url = new URL(portal.database.url)
  url.searchParams.set('options', '-c default_transaction_isolation=serializable')
  const database = openDatabase(url.href)
  const found = await database.transaction([], (tx) =>
    tx.row(sql`select current_user as role, current_setting('transaction_isolation') as level,
      current_setting('default_transaction_isolation') as given`),
  )
  expect(found).toEqual({ role: 'muster_portal', level: 'read committed', given: 'serializable' })
  await database.close()
})

test('every connection has a limit to how long it may be idle in a transaction, and compiles no statement unless the URL says so', async () => {
  await using portal = await testPortal()
  const settings = (database: Database) =>
    database.transaction([], (tx) =>
      tx.row(sql`select current_setting('idle_in_transaction_session_timeout') as limit,
        current_setting('jit') as jit`),
    )
  expect(await settings(portal.database)).toEqual({ limit: '10min', jit: 'off' })
  const url = new URL(portal.database.url)
  url.searchParams.set('options', '-c jit=on')
  const database = openDatabase(url.href)
  expect(await settings(database)).toEqual({ limit: '10min', jit: 'on' })
  await database.close()
})
