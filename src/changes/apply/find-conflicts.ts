import sql from 'sql-template-tag'
import type { Transaction } from '../../database/open.ts'
import { GONE_STATUSES } from '../../directory/account.ts'
import { valuesOf } from '../../directory/account-values-sql.ts'
import { type FieldName, PERSON_FIELDS } from '../../directory/fields.ts'
import { timeZoneOf } from '../../directory/time-zone-sql.ts'
import type { ChangeAction, FieldValues } from '../change.ts'
import { APPLIED_CHANGE, NEWEST_FIRST } from '../history/find-history.ts'
import type { LastWrite } from '../last-write.ts'

export type PlannedRow = {
  row: number
  action: ChangeAction
  accountId: number
  accountVersion: number | null
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
    sql`select row_number as row, action, account_id as "accountId", account_version as "accountVersion",
          local_id_key as "localIdKey", coalesce(before, '{}') as before, after
        from change where change_set_id = ${changeSetId} and row_number = any(${[...rows]}::integer[])
        order by account_id`,
  )
}

/** An account as it is now. `hasGone`: by its status, see GONE_STATUSES. */
export type AccountNow = { version: number; localIdKey: string | null; values: FieldValues; hasGone: boolean }

/** The organisations' accounts as they are now, locked in the order of their IDs, as every writer does. */
export async function lockAccounts(
  tx: Transaction,
  organisationIds: readonly number[],
  ids: readonly number[],
  fields: readonly FieldName[],
): Promise<Map<number, AccountNow>> {
  const rows = await tx.rows<AccountNow & { id: number }>(
    sql`select id, version, local_id_key as "localIdKey", status = any(${[...GONE_STATUSES]}::text[]) as "hasGone", ${valuesOf(fields)} as values
        from account a where id = any(${[...ids]}::bigint[])
          and organisation_id = any(${[...organisationIds]}::integer[]) and status <> 'Removed' order by id for update`,
  )
  return new Map(rows.map((row) => [row.id, row]))
}

export async function selectAccountsByLocalIdKey(
  tx: Transaction,
  organisationIds: readonly number[],
  keys: readonly string[],
): Promise<Map<string, { id: number; values: FieldValues }>> {
  const rows = await tx.rows<{ id: number; key: string; values: FieldValues }>(
    sql`select id, local_id_key as key, ${valuesOf(PERSON_FIELDS)} as values from account a
        where organisation_id = any(${[...organisationIds]}::integer[]) and local_id_key = any(${[...keys]}::text[])`,
  )
  return new Map(rows.map((row) => [row.key, row]))
}

/** Who last wrote each field of each account, by `ACCOUNTID FIELD`. */
export async function selectLastWrites(
  tx: Transaction,
  wanted: readonly { accountId: number; field: string }[],
): Promise<Map<string, LastWrite>> {
  if (wanted.length === 0) return new Map()
  const rows = await tx.rows<LastWrite & { key: string }>(
    sql`select wanted.account_id || ' ' || wanted.field as key, write.*
        from unnest(${wanted.map((one) => one.accountId)}::bigint[],
          ${wanted.map((one) => one.field)}::text[]) as wanted (account_id, field)
        cross join lateral (
          select k.applied_at as at, ${timeZoneOf('s.organisation_id')} as "timeZone", by.name as by, u.filename as source, c.row_number as row
          from ${APPLIED_CHANGE} left join upload u on u.id = s.id join administrator by on by.id = s.confirmed_by
          where c.account_id = wanted.account_id and c.after ? wanted.field
            and not coalesce(wanted.field = any(c.unwritten), false)
          ${NEWEST_FIRST} limit 1) as write`,
  )
  return new Map(rows.map((row) => [row.key, row]))
}
