import sql, { raw, type Sql } from 'sql-template-tag'
import type { Transaction } from '../../database/open.ts'
import { ACCOUNT_FIELDS, type FieldValue, PERSON_FIELDS } from '../../directory/fields.ts'
import type { FieldValues } from '../change.ts'

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
export function selectByIdOrLocalId(
  tx: Transaction,
  organisationId: number,
  wanted: readonly { id: number | null; localIdKey: string | null }[],
): Promise<MatchedAccount[]> {
  return find(
    tx,
    sql`unnest(
        ${wanted.map((row) => row.id)}::bigint[],
        ${wanted.map((row) => row.localIdKey)}::text[]) as wanted (id, local_id_key)`,
    sql`select * from account where id = wanted.id and organisation_id = ${organisationId} and status <> 'Withdrawn'
      union all
      select * from account where organisation_id = ${organisationId} and local_id_key = wanted.local_id_key
        and id is distinct from wanted.id`,
  )
}

// `id + 0`: by the primary key PostgreSQL would look through every account for the first one that fits.

/** For each of these names (first and last) and the mobile given with it, the organisation’s first account with them. */
export function selectByNameAndMobile(
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
      and mobile = wanted.mobile and status not in ('Deleted', 'Withdrawn') order by id + 0 limit 1`,
  )
}

/** For each of these secondary addresses the organisation’s first account with it. */
export function selectBySecondaryEmail(
  tx: Transaction,
  organisationId: number,
  emails: readonly string[],
): Promise<MatchedAccount[]> {
  return find(
    tx,
    sql`(select distinct lower(email) from unnest(${emails}::text[]) as e (email)) as wanted (email_key)`,
    sql`select * from account where organisation_id = ${organisationId} and secondary_email_key = wanted.email_key
      and status not in ('Deleted', 'Withdrawn') order by id + 0 limit 1`,
  )
}

/**
 * For each of `wanted` what `lookUp` finds. The fence `offset 0` keeps them apart: as one join, PostgreSQL would read
 * the whole organisation for each batch wherever it has no statistics yet, as after a first upload.
 */
async function find(tx: Transaction, wanted: Sql, lookUp: Sql): Promise<MatchedAccount[]> {
  const found = await tx.row<{ accounts: AccountValues[] }>(
    sql`select coalesce(json_agg(${ACCOUNT}), '[]') as accounts from ${wanted}
        cross join lateral (${lookUp} offset 0) as a`,
  )
  return found?.accounts.map(accountOf) ?? []
}

// One JSON value for all, without names: a check's time goes into such things.
type AccountValues = [id: number, version: number, key: string | null, status: string, ...FieldValue[]]

const ACCOUNT = raw(
  `json_build_array(a.id, a.version, a.local_id_key, a.status, ${PERSON_FIELDS.map((field) => `a.${ACCOUNT_FIELDS[field].column}`).join(', ')})`,
)

function accountOf(values: AccountValues): MatchedAccount {
  const fields: FieldValues = {}
  for (let at = 0; at < PERSON_FIELDS.length; at++)
    fields[PERSON_FIELDS[at] as string] = values[at + 4] as FieldValue
  return { id: values[0], version: values[1], localIdKey: values[2], status: values[3], fields }
}
