import type { Actor } from '../access/actor.ts'
import { organisationsOf } from '../changes/change-set.ts'
import { holdChangeSet } from '../changes/hold-change-set.ts'
import { Conflict, InvalidInput, refuseTogether } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { makePlan } from './plan-transfer.ts'
import { readLocalId } from './read-local-id.ts'
import { selectPlannedLocalIds, storeTypedLocalIds, type TypedLocalId } from './store.ts'

/** What was typed, by the account's ID. */
export type TypedLocalIds = ReadonlyMap<number, string>

/**
 * Gives people of a planned transfer other local IDs at the target than those that were proposed, and makes the plan anew
 * with them. Those that are as planned, and those that were left empty, change nothing.
 * @returns whether something was to be planned anew
 * @throws NotFound, Forbidden; Conflict for a set that isn't a transfer waiting to be confirmed; InvalidInput for a local
 *   ID that can't be
 */
export function chooseLocalIds(
  portal: Portal,
  actor: Actor,
  id: number,
  typed: TypedLocalIds,
): Promise<boolean> {
  return holdChangeSet(portal, actor, id, async (tx, set) => {
    if (set.kind !== 'transfer' || set.status !== 'checked' || set.counterpartId === null)
      throw new Conflict('The local IDs of this change can’t be chosen any more.')
    const filled = [...typed].filter(([, text]) => text.trim() !== '')
    await tx.setScope(organisationsOf(set))
    const planned = await selectPlannedLocalIds(
      tx,
      id,
      filled.map(([accountId]) => accountId),
    )
    const wanted: TypedLocalId[] = []
    refuseTogether(
      ...filled.map(([accountId, text]) => () => {
        if (!planned.has(accountId))
          throw new InvalidInput(`Account ${accountId} isn’t among those of this transfer.`, {
            field: 'localIds',
          })
        const read = { accountId, ...readLocalId(text, `localId-${accountId}`) }
        if (read.localId !== planned.get(accountId)) wanted.push(read)
      }),
    )
    if (wanted.length === 0) return false
    await storeTypedLocalIds(tx, { changeSetId: id, organisationId: set.organisationId }, wanted)
    await makePlan(tx, set)
    return true
  })
}
