import sql, { raw, type Sql } from 'sql-template-tag'
import type { FieldValues } from '../changes/change.ts'
import { columnOf } from '../changes/write-accounts.ts'
import type { Transaction } from '../database/open.ts'
import { FIELD_NAMES } from '../directory/fields.ts'

/** An account as the check compares rows with it: its fields by their names in the format. */
export type MatchedAccount = {
  id: number
  version: number
  localIdKey: string | null
  status: string
  fields: FieldValues
}

/**
 * Accounts of the organisation that any of these IDs or folded local IDs name, in one query. A row that gives both is
 * one of `wanted`, so that the account they mean comes once.
 */
export function findByIdOrLocalId(
  tx: Transaction,
  organisationId: number,
  wanted: readonly { id: number | null; localIdKey: string | null }[],
): Promise<MatchedAccount[]> {
  return find(
    tx,
    sql`unnest(
        ${wanted.map((row) => row.id)}::bigint[],
        ${wanted.map((row) => row.localIdKey)}::text[]) as wanted (id, local_id_key)`,
    sql`select * from account where id = wanted.id and organisation_id = ${organisationId}
      union all
      select * from account where organisation_id = ${organisationId} and local_id_key = wanted.local_id_key
        and id is distinct from wanted.id`,
  )
}

/** Accounts of the organisation with any of these names (first and last) and the mobile given with it. */
export function findByNameAndMobile(
  tx: Transaction,
  organisationId: number,
  people: readonly { firstName: string; lastName: string; mobile: string }[],
): Promise<MatchedAccount[]> {
  return find(
    tx,
    sql`(select distinct lower(last_name) || e'\\n' || lower(first_name), mobile from unnest(
        ${people.map((person) => person.lastName)}::text[],
        ${people.map((person) => person.firstName)}::text[],
        ${people.map((person) => person.mobile)}::text[]) as p (last_name, first_name, mobile))
      as wanted (name_key, mobile)`,
    sql`select * from account where organisation_id = ${organisationId} and name_key = wanted.name_key
      and mobile = wanted.mobile and status <> 'Deleted'`,
  )
}

/** Accounts of the organisation with any of these secondary addresses. */
export function findBySecondaryEmail(
  tx: Transaction,
  organisationId: number,
  emails: readonly string[],
): Promise<MatchedAccount[]> {
  return find(
    tx,
    sql`(select distinct lower(email) from unnest(${emails}::text[]) as e (email)) as wanted (email_key)`,
    sql`select * from account where organisation_id = ${organisationId} and secondary_email_key = wanted.email_key
      and status <> 'Deleted'`,
  )
}

/**
 * For each of `wanted` what `lookUp` finds. The fence `offset 0` keeps them apart: as one join, PostgreSQL would read
 * the whole organisation for each batch wherever it has no statistics yet, as after a first upload.
 */
async function find(tx: Transaction, wanted: Sql, lookUp: Sql): Promise<MatchedAccount[]> {
  const rows = await tx.rows<{ account: MatchedAccount }>(
    sql`select ${ACCOUNT} as account from ${wanted} cross join lateral (${lookUp} offset 0) as a`,
  )
  return rows.map(({ account }) => account)
}

// As JSON, which is read four times as fast as columns: a check's time goes into such things.
const FIELDS = FIELD_NAMES.map((field) => `'${field}', a.${columnOf(field)}`).join(', ')
const ACCOUNT = raw(`json_build_object('id', a.id, 'version', a.version, 'localIdKey', a.local_id_key,
  'status', a.status, 'fields', json_build_object(${FIELDS}))`)
