import { type Actor, asActor } from '../access/actor.ts'
import { startAction } from '../actions/start.ts'
import type { Transaction } from '../database/open.ts'
import { openOrganisation } from '../edits/open-organisation.ts'
import { Conflict, InvalidInput, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { noteChangeSet, noteNotSame, type StoredPair, selectPairs } from './store.ts'

/** What somebody says of a pair. `undecided` takes back that they are not the same; `same` keeps one account of the two. */
export type Settlement = { decision: 'not-same' | 'undecided' } | { decision: 'same'; keep: number }

/**
 * Says of two accounts that they are not the same person, or that they are: then the one that isn't kept is to become a
 * leaver, by a change set that is looked at and confirmed as any other.
 * @returns the ID of that change set; null where there is none
 * @throws NotFound for accounts that are no pair, or not in scope; Forbidden; Conflict where the organisation is closed or
 *   the pair is being settled already; InvalidInput where it is neither of them that is to be kept
 */
export async function settleDuplicate(
  portal: Portal,
  actor: Actor,
  organisation: { id: number } | { code: string },
  accounts: readonly [number, number],
  settlement: Settlement,
): Promise<number | null> {
  const [one, other] = [...accounts].sort((a, b) => a - b) as [number, number]
  const organisationId = await asActor(portal, actor, 'read-accounts', async (tx, scope) => {
    const { id } = await openOrganisation(portal, tx, actor, scope, organisation)
    const pair = await pairIn(tx, id, one, other)
    if (settlement.decision === 'same') refuseSettled(pair)
    else {
      const said = { by: actor.administratorId, at: portal.clock.now() }
      if (settlement.decision === 'undecided') await noteNotSame(tx, id, pair, null)
      else if (pair.notSame === null) await noteNotSame(tx, id, pair, said)
    }
    return id
  })
  if (settlement.decision !== 'same') return null
  if (settlement.keep !== one && settlement.keep !== other)
    throw new InvalidInput('Choose which of the two accounts to keep.', { field: 'keep' })
  const id = await startAction(portal, actor, {
    organisation: { id: organisationId },
    action: 'leaver',
    accounts: { ids: [settlement.keep === one ? other : one] },
  })
  await asActor(portal, actor, 'change-accounts', (tx) =>
    noteChangeSet(tx, organisationId, { one, other }, id),
  )
  return id
}

async function pairIn(
  tx: Transaction,
  organisationId: number,
  one: number,
  other: number,
): Promise<StoredPair> {
  const areIds = [one, other].every((id) => Number.isSafeInteger(id) && id > 0)
  const [pair] = areIds
    ? await selectPairs(tx, [organisationId], organisationId, { only: [one, other], limit: 1 })
    : []
  if (pair === undefined) throw new NotFound('These two accounts aren’t among the possible duplicates.')
  return pair
}

function refuseSettled({ changeSet }: StoredPair): void {
  if (changeSet)
    throw new Conflict(
      `One of the two is to become a leaver already, by change ${changeSet.id}. Confirm it, or cancel it.`,
    )
}
