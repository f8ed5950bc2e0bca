import sql from 'sql-template-tag'
import { migrationFiles } from './migrate.ts'
import type { Transaction } from './open.ts'

/** Whether the database has been brought to exactly this version: no migration is missing, none unknown. */
export async function schemaIsCurrent(tx: Transaction): Promise<boolean> {
  const exists = await tx.row<{ name: string | null }>(sql`select to_regclass('public.migration') as name`)
  if (exists?.name === null) return false
  const run = await tx.rows<{ name: string }>(sql`select name from migration order by name`)
  const files = await migrationFiles()
  return run.length === files.length && run.every(({ name }) => files.includes(name))
}

/** Whether nothing can be written: it is a standby, or was set so. */
export async function isReadOnly(tx: Transaction): Promise<boolean> {
  const found = await tx.row<{ setting: string }>(
    sql`select current_setting('transaction_read_only') as setting`,
  )
  return found?.setting === 'on'
}
