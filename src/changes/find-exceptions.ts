import sql, { raw, type Sql } from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import { FIELD_NAMES } from '../directory/fields.ts'
import type { FieldValues } from './change.ts'
import { APPLIED_CHANGE } from './find-history.ts'
import { columnOf } from './write-accounts.ts'

export type PlannedRow = {
  row: number
  accountId: number
  localIdKey: string | null
  before: FieldValues
  after: FieldValues
}

export function plannedRows(
  tx: Transaction,
  changeSetId: number,
  rows: readonly number[],
): Promise<PlannedRow[]> {
  return tx.rows(
    sql`select row_number as row, account_id as "accountId", local_id_key as "localIdKey",
          coalesce(before, '{}') as before, after
        from change where change_set_id = ${changeSetId} and row_number = any(${[...rows]}::integer[])
        order by account_id`,
  )
}

/** The accounts as they are now, locked in the order of their IDs, as every writer does. */
export async function lockAccounts(
  tx: Transaction,
  ids: readonly number[],
): Promise<Map<number, { fields: FieldValues; held: boolean }>> {
  const rows = await tx.rows<{ id: number; fields: FieldValues; held: boolean }>(
    sql`select id, status in ('Leaver', 'Deleted') as held, ${FIELDS} as fields
        from account where id = any(${[...ids]}::bigint[]) order by id for update`,
  )
  return new Map(rows.map((row) => [row.id, row]))
}

export async function findAccountsByLocalIdKey(
  tx: Transaction,
  organisationId: number,
  keys: readonly string[],
): Promise<Map<string, { id: number; fields: FieldValues }>> {
  const rows = await tx.rows<{ id: number; key: string; fields: FieldValues }>(
    sql`select id, local_id_key as key, ${FIELDS} as fields from account
        where organisation_id = ${organisationId} and local_id_key = any(${[...keys]}::text[])`,
  )
  return new Map(rows.map((row) => [row.key, row]))
}

export type LastWrite = { at: Date; by: string; filename: string | null; row: number }

/** Who last wrote each field of each account, by `ACCOUNTID FIELD`. */
export async function findLastWrites(
  tx: Transaction,
  wanted: readonly { accountId: number; field: string }[],
): Promise<Map<string, LastWrite>> {
  if (wanted.length === 0) return new Map()
  const rows = await tx.rows<LastWrite & { key: string }>(
    sql`select wanted.account_id || ' ' || wanted.field as key, write.*
        from unnest(${wanted.map((one) => one.accountId)}::bigint[],
          ${wanted.map((one) => one.field)}::text[]) as wanted (account_id, field)
        cross join lateral (
          select k.applied_at as at, by.name as by, u.filename, c.row_number as row
          from ${APPLIED_CHANGE} left join upload u on u.id = s.id join administrator by on by.id = s.confirmed_by
          where c.account_id = wanted.account_id and c.after ? wanted.field
            and not coalesce(wanted.field = any(c.unwritten), false)
          order by k.applied_at desc, c.change_set_id desc limit 1) as write`,
  )
  return new Map(rows.map((row) => [row.key, row]))
}

const FIELDS: Sql = raw(
  `jsonb_build_object(${FIELD_NAMES.map((field) => `'${field}', ${columnOf(field)}`).join(', ')})`,
)
