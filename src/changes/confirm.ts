import { type Actor, asActor, requirePermission } from '../access/actor.ts'
import { Conflict, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { lockChangeSet, moveChangeSet, noteConfirmation } from './store.ts'

/**
 * Step 3: the person has seen the plan and wants it applied. Once, however often it is pressed: a change set that is
 * confirmed already is left as it is.
 * @throws NotFound, Forbidden; Conflict when the plan isn't there yet or can't be applied any more
 */
export async function confirmChangeSet(portal: Portal, actor: Actor, id: number): Promise<void> {
  await asActor(portal, actor, 'read-uploads', async (tx, scope) => {
    const set = await lockChangeSet(tx, scope, id)
    if (!set) throw new NotFound('There is no such upload.')
    requirePermission(actor, 'upload', set.organisationId)
    if (set.status === 'queued' || set.status === 'applying' || set.status === 'completed') return
    if (set.status !== 'checked') throw new Conflict(WHY_NOT[set.status] ?? WHY_NOT.failed)
    const now = portal.clock.now()
    await moveChangeSet(tx, id, 'queued', now)
    await noteConfirmation(tx, id, actor.administratorId, now)
    await portal.queue.send(tx, 'apply-change-set', {
      changeSetId: id,
      organisationId: set.organisationId,
      rows: set.lastRow,
    })
  })
}

const WHY_NOT: Record<string, string> = {
  checking: 'This upload is still being checked. Look at what would change first, then confirm it.',
  rejected: 'This file could not be used, so there is nothing to apply. Correct it and send it again.',
  cancelled: 'This upload was cancelled. Send the file again to apply it.',
  failed: 'This upload failed. Send the file again: nothing is changed twice.',
}
