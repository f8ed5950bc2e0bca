import { type Actor, asActor } from '../access/actor.ts'
import { type AuditBy, note } from '../access/audit.ts'
import type { Transaction } from '../database/open.ts'
import { Conflict, InvalidInput, NotFound, refuseTogether } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { foldKey } from './address-name.ts'
import {
  countOrganisations,
  insertOrganisation,
  type NewOrganisation,
  type Organisation,
  type OrganisationFilters,
  type Site,
  selectOrganisations,
  selectPlaces,
  type Unit,
} from './store.ts'

export type { NewOrganisation, Organisation, Site, Unit } from './store.ts'

/** The organisations where the actor may read, by name: all of them, or those that are wanted. */
export async function organisationsOf(
  portal: Portal,
  actor: Actor,
  wanted: OrganisationFilters & { limit?: number } = {},
): Promise<Organisation[]> {
  return asActor(portal, actor, 'read-accounts', (tx, scope) => selectOrganisations(tx, scope, wanted))
}

/** A page of those that are wanted, by name, how many there are, and after whom the next page goes on. */
export async function searchOrganisations(
  portal: Portal,
  actor: Actor,
  wanted: OrganisationFilters & { limit: number },
): Promise<{ organisations: Organisation[]; total: number; next: number | null }> {
  return asActor(portal, actor, 'read-accounts', async (tx, scope) => {
    const { limit, afterId: _, ...all } = wanted
    const found = await selectOrganisations(tx, scope, { ...wanted, limit: limit + 1 })
    const organisations = found.slice(0, limit)
    const next = found.length > limit ? (organisations.at(-1)?.id ?? null) : null
    return { organisations, total: await countOrganisations(tx, scope, all), next }
  })
}

/**
 * One organisation with its sites and units, by name.
 * @throws NotFound when there is none with that code or ID, or none in scope
 */
export async function findOrganisation(
  portal: Portal,
  actor: Actor,
  by: { code: string } | { id: number },
): Promise<Organisation & { sites: Site[]; units: Unit[] }> {
  return asActor(portal, actor, 'read-accounts', async (tx, scope) => {
    const [found] = await selectOrganisations(
      tx,
      scope,
      'code' in by ? { code: by.code.trim().toUpperCase() } : by,
    )
    if (found === undefined) throw new NotFound('There is no such organisation.')
    return { ...found, ...(await selectPlaces(tx, found.id)) }
  })
}

/**
 * Adds an organisation, for an operator.
 * @returns the new organisation's ID
 * @throws InvalidInput for a code or name that can't be used; Conflict when the code is taken
 */
export async function addOrganisation(portal: Portal, given: NewOrganisation): Promise<number> {
  return portal.database.transaction('everything', (tx) => insertNew(tx, given, 'operator'))
}

/** The same within a transaction of every scope. */
export async function insertNew(tx: Transaction, given: NewOrganisation, by: AuditBy): Promise<number> {
  const organisation = {
    code: given.code.trim().toUpperCase(),
    name: tidy(given.name),
    sites: given.sites ?? [],
    units: given.units ?? [],
  }
  refuseUnusable(organisation)
  const id = await insertOrganisation(tx, organisation)
  if (id === undefined)
    throw new Conflict(`There already is an organisation with the code ${organisation.code}.`)
  const about = { kind: 'organisation', id } as const
  await note(tx, { act: 'organisation-added', by, organisationId: id, about })
  return id
}

/** @throws InvalidInput for a name that can't be used */
export function readOrganisationName(text: string): string {
  const name = tidy(text)
  refuseUnusableName(name, 'name')
  return name
}

/** The name or code of a site or a unit. @throws InvalidInput for one that can't be used */
export function readPlaceName(text: string, field: string): string {
  const name = tidy(text)
  refuseUnusableName(name, field)
  return name
}

function tidy(text: string): string {
  return text.trim().replace(/\s+/gu, ' ').normalize('NFC')
}

const MAX_NAME = 200

function refuseUnusable(organisation: Required<NewOrganisation>): void {
  const { code, name, sites, units } = organisation
  refuseTogether(
    () => refuseUnusableCode(code),
    () => refuseUnusableName(name, 'name'),
  )
  for (const text of [
    ...sites.flatMap((site) => [site.code, site.name]),
    ...units.map((unit) => unit.name),
  ]) {
    refuseUnusableName(text, 'name')
  }
  refuseRepeated(
    'site',
    sites.flatMap((site) => [...new Set([foldKey(site.code), foldKey(site.name)])]),
  )
  refuseRepeated(
    'unit',
    units.map((unit) => foldKey(unit.name)),
  )
  const known = new Set<string>()
  for (const { name, parent } of units) {
    if (parent !== null && !known.has(parent)) {
      throw new InvalidInput(`The unit “${name}” stands before its parent “${parent}”.`, { field: 'units' })
    }
    known.add(name)
  }
}

function refuseUnusableCode(code: string): void {
  if (/^[A-Z0-9]{1,12}$/.test(code)) return
  throw new InvalidInput(
    `“${code}” can’t be an organisation’s code: use 1 to 12 letters and digits, such as RX1.`,
    { field: 'code' },
  )
}

function refuseUnusableName(text: string, field: string): void {
  if (text.trim() !== '' && text.length <= MAX_NAME && !/\p{Cc}/u.test(text)) return
  throw new InvalidInput(`“${text}” can’t be a name: use 1 to ${MAX_NAME} characters on one line.`, { field })
}

// A file may name a site by code or name in any letter case: so no two may be mistaken for each other.
function refuseRepeated(what: string, keys: readonly string[]): void {
  const repeated = keys.find((key, at) => keys.indexOf(key) !== at)
  if (repeated === undefined) return
  throw new InvalidInput(`Two of the ${what}s are called “${repeated}”. Give each a name of its own.`, {
    field: `${what}s`,
  })
}
