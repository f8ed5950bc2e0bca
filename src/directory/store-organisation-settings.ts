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
