import sql, { type Sql } from 'sql-template-tag'
import type { FieldValues } from '../changes/change.ts'
import type { Transaction } from '../database/open.ts'

/** An account as the check compares rows with it: its fields by their names in the format. */
export type MatchedAccount = {
  id: number
  version: number
  localIdKey: string | null
  status: string
  address: string | null
  fields: FieldValues
}

/** Accounts of the organisation that any of these IDs or folded local IDs name, in one query. */
export function findByIdOrLocalId(
  tx: Transaction,
  organisationId: number,
  wanted: { ids: readonly number[]; localIdKeys: readonly string[] },
): Promise<MatchedAccount[]> {
  return tx.rows(
    sql`${ACCOUNT} where a.id = any(array(
      select id from account where organisation_id = ${organisationId} and id = any(${wanted.ids}::bigint[])
      union
      select id from account where organisation_id = ${organisationId}
        and local_id_key = any(${wanted.localIdKeys}::text[])))`,
  )
}

/** Accounts of the organisation with any of these names (first and last) or secondary addresses. */
export function findByNameOrSecondaryEmail(
  tx: Transaction,
  organisationId: number,
  wanted: { names: readonly { firstName: string; lastName: string }[]; secondaryEmails: readonly string[] },
): Promise<MatchedAccount[]> {
  return tx.rows(
    sql`${ACCOUNT} where a.status <> 'Deleted' and a.id = any(array(
      select named.id from unnest(
          ${wanted.names.map((name) => name.lastName)}::text[],
          ${wanted.names.map((name) => name.firstName)}::text[]) as wanted (last_name, first_name)
        join account named on named.organisation_id = ${organisationId}
          and lower(named.last_name) = lower(wanted.last_name)
          and lower(named.first_name) = lower(wanted.first_name)
      union
      select id from account where organisation_id = ${organisationId}
        and lower(secondary_email) = any(array(select lower(e) from unnest(${wanted.secondaryEmails}::text[]) e))))`,
  )
}

const ACCOUNT: Sql = sql`
  select a.id, a.version, a.local_id_key as "localIdKey", a.status, p.address,
    jsonb_build_object(
      'localId', a.local_id, 'title', a.title, 'firstName', a.first_name, 'middleName', a.middle_name,
      'lastName', a.last_name, 'jobTitle', a.job_title, 'department', a.department, 'site', a.site,
      'organisationalUnit', a.organisational_unit, 'mobile', a.mobile, 'hideMobile', a.hide_mobile,
      'telephone', a.telephone, 'secondaryEmail', a.secondary_email, 'description', a.description,
      'hideFromDirectory', a.hide_from_directory) as fields
  from account a left join address p on p.account_id = a.id and p.is_primary`
