import { type Actor, asActor, requirePermission } from '../access/actor.ts'
import { type AuditAct, note } from '../access/audit.ts'
import type { Transaction } from '../database/open.ts'
import { Conflict, InvalidInput, NotFound, refuseTogether } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { count } from '../words.ts'
import { foldKey } from './address-name.ts'
import { readPlaceName } from './organisation.ts'
import { selectPlaces } from './store.ts'
import {
  countUses,
  deletePlace,
  insertSite,
  insertUnit,
  lockOrganisation,
  lockPlace,
  type PlaceKind,
  renamePlaceTo,
} from './store-organisations.ts'

export type { PlaceKind } from './store-organisations.ts'

/** A site with its code, or a unit with the one that it stands under. */
export type NewPlace =
  | { kind: 'site'; code: string; name: string }
  | { kind: 'unit'; name: string; parent: string | null }

/**
 * Adds a site or a unit.
 * @throws NotFound | Forbidden | InvalidInput for a name or code that can't be used or is taken, or a parent that isn't there
 */
export async function addPlace(
  portal: Portal,
  actor: Actor,
  organisationId: number,
  place: NewPlace,
): Promise<void> {
  await changing(portal, actor, organisationId, async (tx) => {
    const { name, code } = readNames(place)
    if (place.kind === 'site') {
      await refuseTaken(tx, organisationId, 'site', [
        [name, 'name'],
        [code, 'code'],
      ])
      await insertSite(tx, organisationId, { code, name })
    } else {
      await refuseTaken(tx, organisationId, 'unit', [[name, 'name']])
      const { parent } = place
      if (parent !== null && !(await lockPlace(tx, 'unit', organisationId, parent)))
        throw new InvalidInput(`There is no unit “${parent}”.`, { field: 'parent' })
      await insertUnit(tx, organisationId, { name, parent })
    }
    return { act: `${place.kind}-added`, kind: place.kind, details: { name } }
  })
}

/** @throws InvalidInput with all that is wrong */
function readNames(place: NewPlace): { name: string; code: string } {
  const read = { name: '', code: '' }
  refuseTogether(
    () => {
      if (place.kind === 'site') read.code = readPlaceName(place.code, 'code')
    },
    () => {
      read.name = readPlaceName(place.name, 'name')
    },
  )
  return read
}

/**
 * Gives a site or a unit another name, as long as no account names it: what accounts say is changed by change sets alone.
 * @throws NotFound | Forbidden | InvalidInput | Conflict while accounts name it
 */
export async function renamePlace(
  portal: Portal,
  actor: Actor,
  organisationId: number,
  { kind, ...names }: { kind: PlaceKind; name: string; newName: string },
): Promise<void> {
  await changing(portal, actor, organisationId, async (tx) => {
    const newName = readPlaceName(names.newName, 'newName')
    await holdUnused(tx, kind, organisationId, names.name, 'accounts')
    if (foldKey(newName) !== foldKey(names.name))
      await refuseTaken(tx, organisationId, kind, [[newName, 'newName']])
    await renamePlaceTo(tx, kind, organisationId, { name: names.name, newName })
    return { act: `${kind}-renamed`, kind, details: { from: names.name, to: newName } }
  })
}

/**
 * Removes a site or a unit that is empty.
 * @throws NotFound | Forbidden | Conflict while accounts name it, or units stand under it
 */
export async function removePlace(
  portal: Portal,
  actor: Actor,
  organisationId: number,
  { kind, name }: { kind: PlaceKind; name: string },
): Promise<void> {
  await changing(portal, actor, organisationId, async (tx) => {
    await holdUnused(tx, kind, organisationId, name, 'accounts and units')
    await deletePlace(tx, kind, organisationId, name)
    return { act: `${kind}-removed`, kind, details: { name } }
  })
}

type Noted = { act: AuditAct; kind: PlaceKind; details: Record<string, string> }

async function changing(
  portal: Portal,
  actor: Actor,
  organisationId: number,
  work: (tx: Transaction) => Promise<Noted>,
): Promise<void> {
  requirePermission(actor, 'manage-organisation', organisationId)
  await asActor(portal, actor, 'manage-organisation', async (tx) => {
    await lockOrganisation(tx, organisationId)
    const { act, kind, details } = await work(tx)
    await note(tx, { act, by: actor, organisationId, about: { kind }, details })
  })
}

async function holdUnused(
  tx: Transaction,
  kind: PlaceKind,
  organisationId: number,
  name: string,
  by: 'accounts' | 'accounts and units',
): Promise<void> {
  if (!(await lockPlace(tx, kind, organisationId, name))) throw new NotFound(`There is no ${kind} “${name}”.`)
  const { accounts, units } = await countUses(tx, kind, organisationId, name)
  if (accounts > 0)
    throw new Conflict(
      `${count(accounts, 'account names', 'accounts name')} the ${kind} “${name}”, removed ones counted too. Add the new one, move them there under People, then remove this one.`,
    )
  if (by === 'accounts and units' && units > 0)
    throw new Conflict(`${count(units, 'unit stands', 'units stand')} under “${name}”. Remove those first.`)
}

// A file may name a site by code or name in any letter case: so no two may be mistaken for each other.
async function refuseTaken(
  tx: Transaction,
  organisationId: number,
  kind: PlaceKind,
  wanted: [text: string, field: string][],
): Promise<void> {
  const { sites, units } = await selectPlaces(tx, organisationId)
  const taken = new Set(
    kind === 'site'
      ? sites.flatMap(({ code, name }) => [foldKey(code), foldKey(name)])
      : units.map(({ name }) => foldKey(name)),
  )
  refuseTogether(
    ...wanted.map(([text, field]) => () => {
      if (taken.has(foldKey(text)))
        throw new InvalidInput(`There already is a ${kind} called “${text}”.`, { field })
    }),
  )
}
