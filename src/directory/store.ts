import sql, { empty, type Sql } from 'sql-template-tag'
import { inScope } from '../access/scope-sql.ts'
import type { Scope, Transaction } from '../database/open.ts'

export type Organisation = { id: number; code: string; name: string; closed: boolean }

export type Site = { code: string; name: string }

/** A unit of the organisation's tree; the top ones have no parent. */
export type Unit = { name: string; parent: string | null }

export type NewOrganisation = {
  code: string
  name: string
  sites?: readonly Site[]
  /** Parents before their children. */
  units?: readonly Unit[]
}

export function selectOrganisations(
  tx: Transaction,
  scope: Scope,
  by?: { code: string } | { id: number },
): Promise<Organisation[]> {
  return tx.rows(sql`select id, code, name, closed_at is not null as closed from organisation
    where ${inScope(scope, 'id')} ${by ? sql`and ${condition(by)}` : empty} order by name, code`)
}

function condition(by: { code: string } | { id: number }): Sql {
  return 'code' in by ? sql`code = ${by.code}` : sql`id = ${by.id}`
}

export async function selectPlaces(
  tx: Transaction,
  organisationId: number,
): Promise<{ sites: Site[]; units: Unit[] }> {
  return {
    sites: await tx.rows<Site>(
      sql`select code, name from site where organisation_id = ${organisationId} order by name`,
    ),
    units: await tx.rows<Unit>(
      sql`select name, parent from organisational_unit where organisation_id = ${organisationId} order by name`,
    ),
  }
}

/** @returns undefined when the code is taken */
export async function insertOrganisation(
  tx: Transaction,
  organisation: Required<NewOrganisation>,
): Promise<number | undefined> {
  const { code, name, sites, units } = organisation
  const made = await tx.row<{ id: number }>(
    sql`insert into organisation (code, name) values (${code}, ${name}) on conflict (code) do nothing returning id`,
  )
  if (made === undefined) return undefined
  await tx.run(sql`insert into site (organisation_id, code, name)
    select ${made.id}, * from unnest(${sites.map((site) => site.code)}::text[], ${sites.map((site) => site.name)}::text[])`)
  await tx.run(sql`insert into organisational_unit (organisation_id, name, parent)
    select ${made.id}, * from unnest(${units.map((unit) => unit.name)}::text[], ${units.map((unit) => unit.parent)}::text[])`)
  return made.id
}
