import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'

/** What the organisation has set, by name. */
export async function selectSettings(tx: Transaction, organisationId: number): Promise<object> {
  const found = await tx.row<{ settings: object }>(
    sql`select coalesce(jsonb_object_agg(name, value), '{}') as settings from organisation_setting
        where organisation_id = ${organisationId}`,
  )
  return found?.settings ?? {}
}

/** Sets one of them. */
export async function noteSetting(
  tx: Transaction,
  organisationId: number,
  name: string,
  value: unknown,
): Promise<void> {
  await tx.run(
    sql`insert into organisation_setting (organisation_id, name, value)
        values (${organisationId}, ${name}, ${JSON.stringify(value)})
        on conflict (organisation_id, name) do update set value = excluded.value`,
  )
}

/** Has the settings of an organisation changed one after the other. */
export async function lockSettings(tx: Transaction, organisationId: number): Promise<void> {
  await tx.row(
    sql`select pg_advisory_xact_lock(hashtext('organisation-settings'), ${organisationId}::integer)`,
  )
}
