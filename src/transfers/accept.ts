import type { Actor } from '../access/actor.ts'
import { type Agreement, agree, type Choosing } from '../changes/agree.ts'
import { placePlanned } from '../changes/plan/store-queried.ts'
import type { Transaction } from '../database/open.ts'
import { type Organisation, selectOrganisations } from '../directory/store.ts'
import { InvalidInput, refuseTogetherInTurn } from '../errors.ts'
import type { Portal } from '../portal.ts'
import type { TypedLocalIds } from './choose-local-ids.ts'
import { type NewLocalIds, readNewLocalIds } from './read-new-local-ids.ts'
import { type Places, readPlaces, type WantedPlaces } from './read-places.ts'
import { selectTransfer, storePlaces, storeTypedLocalIds, type TypedLocalId } from './store.ts'

/** What the organisation that takes people says: as anybody who agrees, and where they go in it. */
export type Acceptance = Agreement &
  WantedPlaces & {
    /** By the local ID that somebody has now, the one that they are to have there. */
    newLocalIds?: Readonly<Record<string, string>> | undefined
    /** The same by the account's ID; what was left empty stays as proposed. */
    typed?: TypedLocalIds | undefined
  }

/**
 * Agrees to a plan, as `agree`; whoever takes people says where they go: a site and a unit for all of them, and local IDs for
 * those whose own are taken there. What is left out stays as planned, and an empty site or unit is none. The agreement is to
 * the plan with these choices.
 * @throws as `agree`; InvalidInput for choices in anything else, for places that aren't there, and for local IDs that can't
 *   be, are taken there, or would be of two people
 */
export function accept(portal: Portal, actor: Actor, id: number, acceptance: Acceptance): Promise<void> {
  const { site, organisationalUnit, newLocalIds = {}, typed = new Map(), ...agreement } = acceptance
  const wanted = { site, organisationalUnit, newLocalIds, typed: filled(typed) }
  return agree(portal, actor, id, agreement, isNothing(wanted) ? undefined : choosing(portal, wanted))
}

type Wanted = WantedPlaces & NewLocalIds

function isNothing({ site, organisationalUnit, newLocalIds, typed }: Wanted): boolean {
  return (site ?? organisationalUnit) === undefined && Object.keys(newLocalIds).length + typed.size === 0
}

function choosing(portal: Portal, wanted: Wanted): Choosing {
  return async (tx, set, open) => {
    const { id, kind, organisationId, counterpartId: targetId } = set
    const isAsked = open.some((need) => need.for === 'other-side' && need.organisationId === targetId)
    if (kind !== 'transfer' || targetId === null || !isAsked) throw notTheirs()
    const [target] = await selectOrganisations(tx, [targetId], { id: targetId })
    if (!target) throw new Error(`organisation ${targetId} isn't in scope`)
    const planned = await selectTransfer(tx, id)
    const { places, localIds } = await readChoices(portal, tx, { id, planned, target, wanted })
    const { site, organisationalUnit } = places
    const isSame = site === planned.site && organisationalUnit === planned.organisationalUnit
    if (isSame && localIds.length === 0) return null
    await storePlaces(tx, { changeSetId: id, site, organisationalUnit })
    await storeTypedLocalIds(tx, { changeSetId: id, organisationId }, localIds)
    await placePlanned(tx, id, { site, organisationalUnit, localIds })
    return { organisationId: targetId, chosen: { site, organisationalUnit, localIds: localIds.length } }
  }
}

type Choices = { id: number; planned: Places; target: Organisation; wanted: Wanted }

async function readChoices(
  portal: Portal,
  tx: Transaction,
  { id, planned, target, wanted }: Choices,
): Promise<{ places: Places; localIds: TypedLocalId[] }> {
  let places = planned
  let localIds: TypedLocalId[] = []
  await refuseTogetherInTurn(
    async () => {
      const { site = planned.site ?? '', organisationalUnit = planned.organisationalUnit ?? '' } = wanted
      places = await readPlaces(portal, tx, target, { site, organisationalUnit })
    },
    async () => {
      localIds = await readNewLocalIds(tx, id, target, wanted)
    },
  )
  return { places, localIds }
}

function filled(typed: TypedLocalIds): TypedLocalIds {
  return new Map([...typed].filter(([, text]) => text.trim() !== ''))
}

function notTheirs(): InvalidInput {
  return new InvalidInput(
    'Where people go, and which local IDs they get, is chosen by the organisation that takes them, when it agrees.',
    { field: 'site', code: 'not-yours' },
  )
}
