import sql, { join, raw, type Sql } from 'sql-template-tag'
import type { Transaction } from '../../database/open.ts'
import { ACCOUNT_FIELDS, type FieldName, PERSON_FIELDS } from '../../directory/fields.ts'
import { CREATES, type FieldValues, WRITES_FIELDS } from '../change.ts'

/** The rows of one change set that are applied together, by whom and when. */
export type Chunk = {
  changeSetId: number
  /** Of the set: accounts elsewhere are out of its reach. */
  organisationIds: readonly number[]
  fromRow: number
  toRow: number
  by: number
  at: Date
}

/** @returns the fields that the chunk's changes write though their set doesn't name them; there are to be none */
export async function selectUnnamedFields(
  tx: Transaction,
  chunk: Chunk,
  fields: readonly FieldName[],
): Promise<string[]> {
  const found = await tx.rows<{ field: string }>(
    sql`select distinct jsonb_object_keys(c.after) as field from change c
        where ${ofChunk(chunk)} and (${WRITES_FIELDS} or ${CREATES}) and c.after - ${[...fields]}::text[] <> '{}'`,
  )
  return found.flatMap(({ field }) => ((fields as readonly string[]).includes(field) ? [] : [field]))
}

/**
 * Writes a chunk's changes of fields in one statement: of accounts that still are at the version they had when they
 * were planned, and whose addresses aren't given but at most taken away.
 * @param fields all that the set's changes write; no other column is looked at
 * @returns the rows that are to be judged one by one: whose account has changed since or is gone, or gets addresses
 */
export async function updateAccounts(
  tx: Transaction,
  chunk: Chunk,
  fields: readonly FieldName[],
): Promise<number[]> {
  const columns = fields.filter((field) => ACCOUNT_FIELDS[field].column !== null)
  const assignments = columns.flatMap((field) => assignment(field, chunk))
  const rows = await tx.rows<{ row: number }>(
    sql`with written as (
          update account a set ${join([...assignments, ...stamps(chunk)])}
          from change c
          where ${ofChunk(chunk)} and ${WRITES_FIELDS} and not ${givesAddresses(fields)} and a.id = c.account_id
            and a.version = c.account_version and a.organisation_id = any(${[...chunk.organisationIds]}::integer[])
          returning c.row_number)
        select c.row_number as row from change c
        where ${ofChunk(chunk)} and ${WRITES_FIELDS}
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
): Promise<{ made: { row: number; accountId: number; proposed: string }[]; taken: number[] }> {
  const planned = await tx.rows<{ row: number; accountId: number; proposed: string }>(
    sql`select c.row_number as row, c.account_id as "accountId", c.after->>'emailAddress' as proposed
        from change c where ${ofChunk(chunk)} and ${CREATES} order by c.row_number`,
  )
  if (planned.length === 0) return { made: [], taken: [] }
  const inserted = await tx.rows<{ id: number }>(
    sql`insert into account (id, organisation_id, local_id_key, status, ${COLUMNS}, created_at, updated_at, updated_by)
        select c.account_id, c.organisation_id, c.local_id_key, coalesce(c.after->>'status', 'Active'), ${NEW_VALUES},
          ${chunk.at}, ${chunk.at}, ${chunk.by}
        from change c where ${ofChunk(chunk)} and ${CREATES} order by c.row_number
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

/**
 * One account's own write, of a row that was judged by itself: the fields that still hold the old value. Its addresses
 * are written apart.
 * @returns the account's new version
 */
export async function updateAccount(
  tx: Transaction,
  accountId: number,
  values: FieldValues,
  localIdKey: string | null,
  chunk: Chunk,
): Promise<number> {
  const assignments = Object.entries(values).flatMap(([name, value]) => {
    const { column, writer } = ACCOUNT_FIELDS[name as FieldName]
    if (column === null) return []
    return [sql`${raw(column)} = ${valueFor(writer, value)}`, ...besides(writer, chunk, localIdKey)]
  })
  const written = await tx.row<{ version: number }>(
    sql`update account a set ${join([...assignments, ...stamps(chunk)])} where id = ${accountId} returning version`,
  )
  return (written as { version: number }).version
}

/** The condition for a chunk's rows of `change c`. */
export function ofChunk(chunk: Pick<Chunk, 'changeSetId' | 'fromRow' | 'toRow'>): Sql {
  return sql`c.change_set_id = ${chunk.changeSetId}
    and c.row_number between ${chunk.fromRow}::integer and ${chunk.toRow}::integer`
}

/** What every write of an account leaves: the next version, when, and by whom. */
function stamps(chunk: Chunk): Sql[] {
  return [sql`version = a.version + 1`, sql`updated_at = ${chunk.at}`, sql`updated_by = ${chunk.by}`]
}

// Taking them away needs nobody's leave; one that is given may be taken by now, so such rows are judged one by one.
function givesAddresses(fields: readonly FieldName[]): Sql {
  const given = (['emailAddress', 'aliases'] as const).filter((field) => fields.includes(field))
  if (given.length === 0) return sql`false`
  return raw(`(${given.map((field) => `coalesce(c.after->'${field}', 'null') <> 'null'`).join(' or ')})`)
}

const COLUMNS = join(PERSON_FIELDS.map((field) => raw(ACCOUNT_FIELDS[field].column)))

const NEW_VALUES = join(
  PERSON_FIELDS.map((field) =>
    ACCOUNT_FIELDS[field].kind === 'boolean'
      ? raw(`coalesce((c.after->>'${field}')::boolean, false)`)
      : raw(`c.after->>'${field}'`),
  ),
)

// `case` on each column: measured a quarter faster than jsonb_populate_record.
function assignment(field: FieldName, { at }: Chunk): Sql[] {
  const { column, kind, writer } = ACCOUNT_FIELDS[field]
  const text = `c.after->>'${field}'`
  const set = (name: string, to: Sql) =>
    sql`${raw(name)} = case when c.after ? ${raw(`'${field}'`)} then ${to} else ${raw(`a.${name}`)} end`
  const own = (to: string) => set(column as string, raw(to))
  if (writer === 'organisation') return [own(`(select id from organisation where code = ${text})`)]
  if (writer === 'local-id') return [own(text), set('local_id_key', raw('c.local_id_key'))]
  if (writer === 'status') return [own(text), set('status_changed_at', sql`${at}::timestamptz`)]
  return [own(kind === 'boolean' ? `(${text})::boolean` : text)]
}

function valueFor(writer: string, value: FieldValues[string]): Sql {
  return writer === 'organisation' ? sql`(select id from organisation where code = ${value})` : sql`${value}`
}

function besides(writer: string, { at }: Chunk, localIdKey: string | null): Sql[] {
  if (writer === 'local-id') return [sql`local_id_key = ${localIdKey}`]
  return writer === 'status' ? [sql`status_changed_at = ${at}`] : []
}
