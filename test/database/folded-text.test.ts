import { readFile } from 'node:fs/promises'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { migrate } from '../../src/database/migrate.ts'
import { emptyDatabase } from '../cli/muster.ts'

const MIGRATIONS = new URL('../../src/database/migrations/', import.meta.url)

// Every character that a name may hold: those of the first two planes but NUL and halves of surrogates.
const EVERY_CHARACTER = `select 'É' || chr(n) || 'I' as given from generate_series(1, 131071) n
  where n not between 55296 and 57343`

test('text is folded as it was when the names were stored that are kept folded', async () => {
  await using database = await emptyDatabase()
  await migrate(database.url)
  const client = new Client(database.url)
  await client.connect()
  try {
    const first = await readFile(new URL('0043-names-as-they-are-compared.sql', MIGRATIONS), 'utf8')
    const [asItWas] = first.match(/create function fold_text\(.*?\n {4}end;/s) as RegExpMatchArray
    await client.query(asItWas.replace('fold_text', 'former_fold_text'))
    const { rows } = await client.query(
      `select count(*)::integer as all, count(*) filter (where fold_text(given) = former_fold_text(given))::integer as same
       from (${EVERY_CHARACTER}) as every`,
    )
    expect(rows).toEqual([{ all: 129_023, same: 129_023 }])
  } finally {
    await client.end()
  }
})
