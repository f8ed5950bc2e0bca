import { Client } from 'pg'
import { expect, test } from 'vitest'
import { migrate, migrationFiles, SchemaTooNew } from '../../src/database/migrate.ts'
import { migrateQueue } from '../../src/queue/migrate.ts'
import { emptyDatabase } from '../cli/muster.ts'

test('of many at the same moment one migrates, the queue too, and the others find it done', async () => {
  await using database = await emptyDatabase()
  const atOnce = Array.from({ length: 10 }, () => migrate(database.url, () => migrateQueue(database.url)))
  const run = (await Promise.all(atOnce)).filter((names) => names.length > 0)
  expect(run).toEqual([await migrationFiles()])
})

test('a database of a later version is left alone', async () => {
  await using database = await emptyDatabase()
  await migrate(database.url)
  await change(database.url, `insert into migration (name) values ('9999-of-tomorrow.sql')`)
  let touched = false
  const trying = migrate(database.url, async () => {
    touched = true
  })
  await expect(trying).rejects.toThrow(SchemaTooNew)
  expect(touched).toBe(false)
})

test('a migration that fails leaves nothing of itself, and those before it stand', async () => {
  await using database = await emptyDatabase()
  const files = await migrationFiles()
  await change(database.url, 'create table mail (id integer)') // which 0006 makes
  await expect(migrate(database.url)).rejects.toThrow(
    /^Migration 0006-\S+ failed: relation "mail" already exists/,
  )
  await change(database.url, 'drop table mail')
  expect(await migrate(database.url)).toEqual(files.slice(files.findIndex((name) => name.startsWith('0006'))))
})

async function change(url: string, statement: string): Promise<void> {
  const client = new Client(url)
  await client.connect()
  await client.query(statement)
  await client.end()
}
