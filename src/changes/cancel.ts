import { type Actor, asActor, requirePermission } from '../access/actor.ts'
import { Conflict, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { lockChangeSet, moveChangeSet, noteCancellation, settleUnreached } from './store.ts'

/**
 * Cancels a change set: at once before its apply has begun, else after the chunk that is being applied. What was
 * applied by then stays, and the results say so. Repeating it changes nothing.
 * @throws NotFound, Forbidden; Conflict when it has ended already
 */
export async function cancelChangeSet(portal: Portal, actor: Actor, id: number): Promise<void> {
  await asActor(portal, actor, 'read-uploads', async (tx, scope) => {
    const set = await lockChangeSet(tx, scope, id)
    if (!set) throw new NotFound('There is no such upload.')
    requirePermission(actor, 'upload', set.organisationId)
    if (set.status === 'cancelled') return
    if (set.status === 'completed' || set.status === 'rejected' || set.status === 'failed') {
      throw new Conflict('This upload has ended already, so it can’t be cancelled.')
    }
    await noteCancellation(tx, id, actor.administratorId)
    if (set.status === 'applying') return // the apply sees it before its next chunk
    await moveChangeSet(tx, id, 'cancelled', portal.clock.now())
    await settleUnreached(tx, set)
    if (set.status === 'queued' && set.kind === 'upload')
      // whoever confirmed it hears of its end, as of any other
      await portal.queue.send(tx, 'send-results', { uploadId: id, organisationId: set.organisationId })
  })
}
