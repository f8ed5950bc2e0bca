import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import type { AccountSelection } from '../directory/selection.ts'

/** What is asked of a transfer: whom of an organisation's accounts, and to where. */
export type Transfer = {
  changeSetId: number
  organisationId: number
  targetId: number
  /** Of the target. Null: none, where they come from elsewhere; the one they have, within one organisation. */
  site: string | null
  organisationalUnit: string | null
  accounts: AccountSelection
}

export async function insertTransfer(tx: Transaction, transfer: Transfer): Promise<void> {
  const { changeSetId, organisationId, targetId, site, organisationalUnit, accounts } = transfer
  await tx.run(
    sql`insert into transfer (change_set_id, organisation_id, target_id, site, organisational_unit, accounts)
        values (${changeSetId}, ${organisationId}, ${targetId}, ${site}, ${organisationalUnit},
          ${JSON.stringify(accounts)})`,
  )
}

export async function selectTransfer(tx: Transaction, changeSetId: number): Promise<Transfer> {
  const found = await tx.row<Transfer>(
    sql`select change_set_id as "changeSetId", organisation_id as "organisationId", target_id as "targetId", site,
          organisational_unit as "organisationalUnit", accounts
        from transfer where change_set_id = ${changeSetId}`,
  )
  if (!found) throw new Error(`change set ${changeSetId} is no transfer`)
  return found
}

/** A local ID that somebody is to have at the target. */
export type TypedLocalId = { accountId: number; localId: string; key: string }

/** Of those that were typed before, the ones of the same people are replaced. */
export async function storeTypedLocalIds(
  tx: Transaction,
  { changeSetId, organisationId }: Pick<Transfer, 'changeSetId' | 'organisationId'>,
  typed: readonly TypedLocalId[],
): Promise<void> {
  await tx.run(
    sql`insert into transfer_local_id (change_set_id, account_id, organisation_id, local_id, local_id_key)
        select ${changeSetId}, account_id, ${organisationId}, local_id, local_id_key
        from unnest(${typed.map((one) => one.accountId)}::bigint[], ${typed.map((one) => one.localId)}::text[],
          ${typed.map((one) => one.key)}::text[]) as typed (account_id, local_id, local_id_key)
        on conflict (change_set_id, account_id)
          do update set local_id = excluded.local_id, local_id_key = excluded.local_id_key`,
  )
}

/** The organisation's accounts with these keys of local IDs. */
export function selectByLocalIdKeys(
  tx: Transaction,
  organisationId: number,
  keys: readonly string[],
): Promise<{ id: number; key: string }[]> {
  return tx.rows(
    sql`select id, local_id_key as key from account
        where organisation_id = ${organisationId} and local_id_key = any(${[...keys]}::text[])`,
  )
}

/** The local ID that each of these accounts would have at the target; undefined for those that the transfer isn't about. */
export async function selectPlannedLocalIds(
  tx: Transaction,
  changeSetId: number,
  accountIds: readonly number[],
): Promise<Map<number, string | null>> {
  const rows = await tx.rows<{ id: number; localId: string | null }>(
    sql`select c.account_id as id, case when c.action = 'update' then coalesce(c.after->>'localId', c.local_id) end as "localId"
        from change c where c.change_set_id = ${changeSetId} and c.account_id = any(${[...accountIds]}::bigint[])`,
  )
  return new Map(rows.map((row) => [row.id, row.localId]))
}

/** Has the transfer go to these places of its target. */
export async function storePlaces(
  tx: Transaction,
  { changeSetId, site, organisationalUnit }: Pick<Transfer, 'changeSetId' | 'site' | 'organisationalUnit'>,
): Promise<void> {
  await tx.run(
    sql`update transfer set site = ${site}, organisational_unit = ${organisationalUnit} where change_set_id = ${changeSetId}`,
  )
}

/** Somebody who would move, as a transfer is planned. */
export type Mover = { row: number; accountId: number; localId: string | null; key: string | null }

/** Those who would move and have one of these accounts, local IDs as they are now, or keys of local IDs as planned. */
export function selectMovers(
  tx: Transaction,
  changeSetId: number,
  {
    accountIds = [],
    nowKeys = [],
    thenKeys = [],
  }: { accountIds?: readonly number[]; nowKeys?: readonly string[]; thenKeys?: readonly string[] },
): Promise<(Mover & { nowKey: string | null })[]> {
  return tx.rows(
    sql`select c.row_number as row, a.id as "accountId", coalesce(c.after->>'localId', a.local_id) as "localId",
          coalesce(c.local_id_key, a.local_id_key) as key, a.local_id_key as "nowKey"
        from change c join account a on a.id = c.account_id
        where c.change_set_id = ${changeSetId} and c.action = 'update' and (a.id = any(${[...accountIds]}::bigint[])
          or a.local_id_key = any(${[...nowKeys]}::text[])
          or coalesce(c.local_id_key, a.local_id_key) = any(${[...thenKeys]}::text[]))
        order by c.row_number`,
  )
}

/** Those of these keys of local IDs that somebody of an organisation has. */
export async function selectTakenKeys(
  tx: Transaction,
  organisationId: number,
  keys: readonly string[],
): Promise<Set<string>> {
  const taken = await tx.rows<{ key: string }>(
    sql`select local_id_key as key from account
        where organisation_id = ${organisationId} and local_id_key = any(${[...keys]}::text[])`,
  )
  return new Set(taken.map(({ key }) => key))
}

export async function isLocalIdTaken(tx: Transaction, organisationId: number, key: string): Promise<boolean> {
  const taken = await tx.row(
    sql`select from account where organisation_id = ${organisationId} and local_id_key = ${key}`,
  )
  return taken !== undefined
}
