import type { Actor } from '../access/actor.ts'
import { Conflict } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { holdChangeSet } from './hold-change-set.ts'
import { KINDS } from './kinds.ts'
import { move } from './move.ts'
import { isEnded } from './status.ts'
import { noteCancellation } from './store.ts'

/**
 * Cancels a change set: at once before its apply has begun, else after the chunk that is being applied. What was
 * applied by then stays, and the results say so. Repeating it changes nothing.
 * @throws NotFound, Forbidden; Conflict when it has ended already
 */
export async function cancelChangeSet(portal: Portal, actor: Actor, id: number): Promise<void> {
  await holdChangeSet(portal, actor, id, async (tx, set) => {
    if (set.status === 'cancelled') return
    if (isEnded(set.status))
      throw new Conflict(`This ${KINDS[set.kind].noun} has ended already, so it can’t be cancelled.`)
    await noteCancellation(tx, id, actor.administratorId)
    if (set.status === 'applying') return // the apply sees it before its next chunk
    await move(portal, tx, set, 'cancelled')
  })
}
