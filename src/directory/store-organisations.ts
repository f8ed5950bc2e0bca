import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'

/** Changes an organisation's name or closes or reopens it, and tells what it was. */
export function updateOrganisation(
  tx: Transaction,
  id: number,
  set: { name: string; closed: boolean },
  now: Date,
): Promise<number> {
  const closedAt = set.closed ? sql`coalesce(closed_at, ${now})` : sql`null`
  return tx.run(sql`update organisation set name = ${set.name}, closed_at = ${closedAt} where id = ${id}`)
}

/** How many accounts an organisation has, leavers and deleted ones too. */
export async function countAccountsOf(tx: Transaction, organisationId: number): Promise<number> {
  const counted = await tx.row<{ count: number }>(sql`
    select count(*) from account where organisation_id = ${organisationId} and status <> 'Withdrawn'`)
  return counted?.count ?? 0
}

export type PlaceKind = 'site' | 'unit'

/** Whether there is such a place; held, so that no account can be put there until the transaction ends. */
export function lockPlace(tx: Transaction, kind: PlaceKind, organisationId: number, name: string) {
  return tx.row(
    kind === 'site'
      ? sql`select name from site where organisation_id = ${organisationId} and name = ${name} for update`
      : sql`select name from organisational_unit
          where organisation_id = ${organisationId} and name = ${name} for update`,
  )
}

/** How many accounts name it, withdrawn ones too, and how many units stand under it. */
export async function countUses(
  tx: Transaction,
  kind: PlaceKind,
  organisationId: number,
  name: string,
): Promise<{ accounts: number; units: number }> {
  const counted = await tx.row<{ accounts: number; units: number }>(
    kind === 'site'
      ? sql`select count(*) as accounts, 0 as units from account
          where organisation_id = ${organisationId} and site = ${name}`
      : sql`select count(*) as accounts, (select count(*)::integer from organisational_unit
            where organisation_id = ${organisationId} and parent = ${name}) as units
          from account where organisation_id = ${organisationId} and organisational_unit = ${name}`,
  )
  return counted ?? { accounts: 0, units: 0 }
}

export function insertSite(tx: Transaction, organisationId: number, site: { code: string; name: string }) {
  return tx.run(sql`insert into site (organisation_id, code, name)
    values (${organisationId}, ${site.code}, ${site.name})`)
}

export function insertUnit(
  tx: Transaction,
  organisationId: number,
  unit: { name: string; parent: string | null },
) {
  return tx.run(sql`insert into organisational_unit (organisation_id, name, parent)
    values (${organisationId}, ${unit.name}, ${unit.parent})`)
}

export function renamePlaceTo(
  tx: Transaction,
  kind: PlaceKind,
  organisationId: number,
  { name, newName }: { name: string; newName: string },
) {
  return tx.run(
    kind === 'site'
      ? sql`update site set name = ${newName} where organisation_id = ${organisationId} and name = ${name}`
      : sql`update organisational_unit set name = ${newName}
          where organisation_id = ${organisationId} and name = ${name}`,
  )
}

export function deletePlace(tx: Transaction, kind: PlaceKind, organisationId: number, name: string) {
  return tx.run(
    kind === 'site'
      ? sql`delete from site where organisation_id = ${organisationId} and name = ${name}`
      : sql`delete from organisational_unit where organisation_id = ${organisationId} and name = ${name}`,
  )
}

/** Held against others who change the same organisation's places. */
export function lockOrganisation(tx: Transaction, id: number) {
  return tx.row(sql`select id from organisation where id = ${id} for no key update`)
}
