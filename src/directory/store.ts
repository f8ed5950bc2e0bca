import sql, { empty, join, type Sql } from 'sql-template-tag'
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

/** Which organisations are wanted: all in scope, closed ones too, when nothing is said. */
export type OrganisationFilters = {
  id?: number
  code?: string
  /** A part of the code or the name, or of both with a blank between, without regard to case. */
  search?: string
  isOpen?: true
  /** Those that follow this one, by name. */
  afterId?: number
}

/** By name. */
export function selectOrganisations(
  tx: Transaction,
  scope: Scope,
  { limit, ...filters }: OrganisationFilters & { limit?: number },
): Promise<Organisation[]> {
  return tx.rows(sql`select id, code, name, closed_at is not null as closed from organisation
    where ${matches(scope, filters)} order by name, code ${limit === undefined ? empty : sql`limit ${limit}`}`)
}

export async function countOrganisations(
  tx: Transaction,
  scope: Scope,
  filters: OrganisationFilters,
): Promise<number> {
  const counted = await tx.row<{ count: number }>(
    sql`select count(*) from organisation where ${matches(scope, filters)}`,
  )
  return counted?.count ?? 0
}

function matches(scope: Scope, { id, code, search, isOpen, afterId }: OrganisationFilters): Sql {
  const wanted = [
    inScope(scope, 'id'),
    ...(id === undefined ? [] : [sql`id = ${id}::bigint`]),
    ...(code === undefined ? [] : [sql`code = ${withoutNul(code)}`]),
    ...(search === undefined
      ? []
      : [sql`strpos(lower(code || ' ' || name), lower(${withoutNul(search)})) > 0`]),
    ...(isOpen ? [sql`closed_at is null`] : []),
    ...(afterId === undefined
      ? []
      : [sql`(name, code) > (select name, code from organisation where id = ${afterId}::bigint)`]),
  ]
  return join(wanted, ' and ')
}

// PostgreSQL has no text with a NUL in it.
function withoutNul(text: string): string {
  return text.replaceAll('\0', ' ')
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
