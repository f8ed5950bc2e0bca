import sql, { join, raw, type Sql } from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import { ACCOUNT_FIELDS, FIELD_NAMES, type FieldName } from '../directory/fields.ts'
import type { FieldValues } from './change.ts'

/** The rows of one change set that are applied together, by whom and when. */
export type Chunk = {
  changeSetId: number
  organisationId: number
  fromRow: number
  toRow: number
  by: number
  at: Date
}

/**
 * Writes a chunk's updates in one statement: accounts that still are at the version they had when they were planned.
 * @param fields all that the plan's updates change; no other column is looked at
 * @returns the rows whose account has changed since, or is gone
 */
export async function updateAccounts(
  tx: Transaction,
  chunk: Chunk,
  fields: readonly FieldName[],
): Promise<number[]> {
  if (fields.length === 0) return []
  const rows = await tx.rows<{ row: number }>(
    sql`with written as (
          update account a set ${join(fields.map(assignment))}, version = a.version + 1,
            updated_at = ${chunk.at}, updated_by = ${chunk.by}
          from change c
          where ${ofChunk(chunk)} and c.action = 'update' and a.id = c.account_id
            and a.version = c.account_version and a.organisation_id = ${chunk.organisationId}
          returning c.row_number)
        select c.row_number as row from change c
        where ${ofChunk(chunk)} and c.action = 'update'
          and c.row_number not in (select row_number from written) order by 1`,
  )
  return rows.map((one) => one.row)
}

/**
 * Creates a chunk's accounts in one statement; an account whose local ID was taken meanwhile is left out.
 * @returns the accounts that were made, with the address proposed for each, and the rows whose local ID was taken
 */
export async function createAccounts(
  tx: Transaction,
  chunk: Chunk,
): Promise<{ made: { accountId: number; proposed: string }[]; taken: number[] }> {
  const planned = await tx.rows<{ row: number; accountId: number; proposed: string }>(
    sql`select c.row_number as row, c.account_id as "accountId", c.after->>'emailAddress' as proposed
        from change c where ${ofChunk(chunk)} and ${IS_CREATION} order by c.row_number`,
  )
  if (planned.length === 0) return { made: [], taken: [] }
  const inserted = await tx.rows<{ id: number }>(
    sql`insert into account (id, organisation_id, local_id_key, ${COLUMNS}, created_at, updated_at, updated_by)
        select c.account_id, c.organisation_id, c.local_id_key, ${NEW_VALUES}, ${chunk.at}, ${chunk.at}, ${chunk.by}
        from change c where ${ofChunk(chunk)} and ${IS_CREATION} order by c.row_number
        on conflict (organisation_id, local_id_key) do nothing
        returning id`,
  )
  // Compared here and not by a join: PostgreSQL knows nothing yet of a plan that was just stored, and loops over it.
  const ids = new Set(inserted.map((account) => account.id))
  return {
    made: planned.filter((row) => ids.has(row.accountId)),
    taken: planned.flatMap((row) => (ids.has(row.accountId) ? [] : [row.row])),
  }
}

/** An exception's own write: the fields of one account that still hold the old value. */
export async function updateAccount(
  tx: Transaction,
  accountId: number,
  values: FieldValues,
  localIdKey: string | null,
  chunk: Chunk,
): Promise<void> {
  const assignments = Object.entries(values).map(
    ([field, value]) => sql`${raw(columnOf(field as FieldName))} = ${value}`,
  )
  if ('localId' in values) assignments.push(sql`local_id_key = ${localIdKey}`)
  await tx.run(sql`update account set ${join(assignments)}, version = version + 1,
    updated_at = ${chunk.at}, updated_by = ${chunk.by} where id = ${accountId}`)
}

/** A field's column: `jobTitle` is `job_title`. */
export function columnOf(field: FieldName): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** The condition for a chunk's rows of `change c`. */
export function ofChunk(chunk: Pick<Chunk, 'changeSetId' | 'fromRow' | 'toRow'>): Sql {
  return sql`c.change_set_id = ${chunk.changeSetId}
    and c.row_number between ${chunk.fromRow}::integer and ${chunk.toRow}::integer`
}

const IS_CREATION = sql`(c.action = 'create' or (c.action = 'possible-duplicate' and c.decision = 'create'))`

const COLUMNS = join(FIELD_NAMES.map((field) => raw(columnOf(field))))

const NEW_VALUES = join(
  FIELD_NAMES.map((field) =>
    ACCOUNT_FIELDS[field].kind === 'boolean'
      ? raw(`coalesce((c.after->>'${field}')::boolean, false)`)
      : raw(`c.after->>'${field}'`),
  ),
)

// `case` on each column: measured a quarter faster than jsonb_populate_record.
function assignment(field: FieldName): Sql {
  const column = columnOf(field)
  const cast = ACCOUNT_FIELDS[field].kind === 'boolean' ? '::boolean' : ''
  const value = `${column} = case when c.after ? '${field}' then (c.after->>'${field}')${cast} else a.${column} end`
  if (field !== 'localId') return raw(value)
  return raw(
    `${value}, local_id_key = case when c.after ? 'localId' then c.local_id_key else a.local_id_key end`,
  )
}
