import sql from 'sql-template-tag'
import { PORTAL_ITSELF } from '../access/portal-itself.ts'
import type { Transaction } from '../database/open.ts'
import { changeSetting, keepSetting, selectSetting } from '../database/store-settings.ts'

/** Lets one process at a time seed; held until the session is closed. */
export async function lockDemo(tx: Transaction): Promise<void> {
  await tx.row(sql`select pg_advisory_lock(hashtext('seed-demo'))`)
}

export async function isEmpty(tx: Transaction): Promise<boolean> {
  const found = await tx.row(
    sql`select 1 from organisation union all select 1 from administrator where id <> ${PORTAL_ITSELF} limit 1`,
  )
  return found === undefined
}

/** What is known of the demo in this database: its token, null while it is being made. */
export async function selectDemo(tx: Transaction): Promise<{ token: string | null } | undefined> {
  const kept = await selectSetting(tx, 'demo')
  return kept === undefined ? undefined : { token: kept === BEGUN ? null : kept }
}

const BEGUN = 'begun'

export async function beginDemo(tx: Transaction): Promise<void> {
  await keepSetting(tx, 'demo', BEGUN)
}

/** Keeps the token as it is, to be printed at each start: the demo's passwords are known to everyone, too. */
export async function noteDemo(tx: Transaction, token: string): Promise<void> {
  await changeSetting(tx, 'demo', token)
}

export async function organisationIds(tx: Transaction): Promise<Map<string, number>> {
  const rows = await tx.rows<{ code: string; id: number }>(sql`select code, id from organisation`)
  return new Map(rows.map(({ code, id }) => [code, id]))
}

/** An organisation's account IDs by their local IDs. */
export async function accountIds(tx: Transaction, organisationId: number): Promise<Map<string, number>> {
  const rows = await tx.rows<{ localId: string; id: number }>(
    sql`select local_id as "localId", id from account where organisation_id = ${organisationId}`,
  )
  return new Map(rows.map(({ localId, id }) => [localId, id]))
}
