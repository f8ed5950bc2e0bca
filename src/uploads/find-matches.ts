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

/** Accounts of the organisation that any of these IDs or folded local IDs name, in one query. */
export function findByIdOrLocalId(
  tx: Transaction,
  organisationId: number,
  wanted: { ids: readonly number[]; localIdKeys: readonly string[] },
): Promise<MatchedAccount[]> {
  return find(
    tx,
    sql`a.id = any(array(
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
  return find(
    tx,
    sql`a.status <> 'Deleted' and a.id = any(array(
      select id from account where organisation_id = ${organisationId}
        and name_key = any(array(select lower(last_name) || e'\\n' || lower(first_name) from unnest(
          ${wanted.names.map((name) => name.lastName)}::text[],
          ${wanted.names.map((name) => name.firstName)}::text[]) as wanted (last_name, first_name)))
      union
      select id from account where organisation_id = ${organisationId}
        and secondary_email_key = any(array(select lower(e) from unnest(${wanted.secondaryEmails}::text[]) as e))))`,
  )
}

async function find(tx: Transaction, condition: Sql): Promise<MatchedAccount[]> {
  const rows = await tx.rows<FieldValues & Omit<MatchedAccount, 'fields'>>(
    sql`select id, version, local_id_key as "localIdKey", status, ${FIELDS} from account a where ${condition}`,
  )
  return rows.map(({ id, version, localIdKey, status, ...fields }) => ({
    id,
    version,
    localIdKey,
    status,
    fields,
  }))
}

const FIELDS = raw(FIELD_NAMES.map((field) => `${columnOf(field)} as "${field}"`).join(', '))
