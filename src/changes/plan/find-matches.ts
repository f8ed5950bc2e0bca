import sql, { raw, type Sql } from 'sql-template-tag'
import type { Transaction } from '../../database/open.ts'
import { ACCOUNT_FIELDS, type FieldValue, PERSON_FIELDS } from '../../directory/fields.ts'
import { isListed } from '../../directory/listed-sql.ts'
import type { FieldValues } from '../change.ts'

/** An account as the check compares rows with it: its fields by their names in the format. */
export type MatchedAccount = {
  id: number
  version: number
  localIdKey: string | null
  status: string
  /** Of a leaver or deleted account: since when it is. */
  statusSince: string | null
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
    sql`select * from account where id = wanted.id and organisation_id = ${organisationId} and ${isListed('account')}
      union all
      select * from account where organisation_id = ${organisationId} and local_id_key = wanted.local_id_key
        and id is distinct from wanted.id`,
  )
}

/** The accounts of the organisation that have these folded addresses, aliases too, by them. */
export async function selectByAddress(
  tx: Transaction,
  organisationId: number,
  keys: readonly string[],
): Promise<Map<string, MatchedAccount>> {
  const found = await tx.row<{ accounts: [key: string, account: AccountJson][] }>(
    sql`select coalesce(json_agg(json_build_array(wanted.key, ${ACCOUNT})), '[]') as accounts
        from unnest(${[...keys]}::text[]) as wanted (key)
        cross join lateral (
          select account.* from address join account on account.id = address.account_id
          where address.address_key = wanted.key and account.organisation_id = ${organisationId}
            and ${isListed('account')} offset 0) as a`,
  )
  return new Map(found?.accounts.map(([key, account]) => [key, accountOf(account)]))
}

/** The accounts of the organisation with these IDs. */
export function selectAccounts(
  tx: Transaction,
  organisationId: number,
  ids: readonly number[],
): Promise<MatchedAccount[]> {
  return selectByIdOrLocalId(
    tx,
    organisationId,
    ids.map((id) => ({ id, localIdKey: null })),
  )
}

/** Accounts of the organisation of these statuses, in the order of their IDs. @param after the last ID that came before */
export async function selectAccountsAfter(
  tx: Transaction,
  organisationId: number,
  { after, statuses, limit }: { after: number; statuses: readonly string[]; limit: number },
): Promise<MatchedAccount[]> {
  const found = await tx.row<{ accounts: AccountJson[] }>(
    sql`select coalesce(json_agg(${ACCOUNT} order by a.id), '[]') as accounts from (
          select * from account where organisation_id = ${organisationId} and id > ${after}
            and status = any(${[...statuses]}::text[]) order by id limit ${limit}) a`,
  )
  return found?.accounts.map(accountOf) ?? []
}

/**
 * For each of `wanted` what `lookUp` finds. The fence `offset 0` keeps them apart: as one join, PostgreSQL would read
 * the whole organisation for each batch wherever it has no statistics yet, as after a first upload.
 */
async function find(tx: Transaction, wanted: Sql, lookUp: Sql): Promise<MatchedAccount[]> {
  const found = await tx.row<{ accounts: AccountJson[] }>(
    sql`select coalesce(json_agg(${ACCOUNT}), '[]') as accounts from ${wanted}
        cross join lateral (${lookUp} offset 0) as a`,
  )
  return found?.accounts.map(accountOf) ?? []
}

// All matches come as one JSON value without names, since reading them row by row took much of a check's time.
export type AccountJson = [
  id: number,
  version: number,
  key: string | null,
  status: string,
  since: string | null,
  ...FieldValue[],
]

/** An account `a` as such a value. */
export const ACCOUNT = raw(
  `json_build_array(a.id, a.version, a.local_id_key, a.status,
    case when a.status in ('Leaver', 'Deleted') then a.status_changed_at end, ${PERSON_FIELDS.map((field) => `a.${ACCOUNT_FIELDS[field].column}`).join(', ')})`,
)

export function accountOf(values: AccountJson): MatchedAccount {
  const fields: FieldValues = {}
  for (let at = 0; at < PERSON_FIELDS.length; at++)
    fields[PERSON_FIELDS[at] as string] = values[at + 5] as FieldValue
  return {
    id: values[0],
    version: values[1],
    localIdKey: values[2],
    status: values[3],
    statusSince: values[4],
    fields,
  }
}
