import { type Actor, asActor, requirePermission } from '../access/actor.ts'
import type { Transaction } from '../database/open.ts'
import { NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { type ChangeSet, organisationsOf } from './change-set.ts'
import { KINDS } from './kinds.ts'
import { lockChangeSet } from './store.ts'

/**
 * Holds a change set for somebody who means to move it or to change its plan: one transaction, in which nobody else
 * does.
 * @throws NotFound for a set that isn't there or is out of scope, Forbidden for who may see it only
 */
export function holdChangeSet<T>(
  portal: Portal,
  actor: Actor,
  id: number,
  work: (tx: Transaction, set: ChangeSet) => Promise<T>,
): Promise<T> {
  return asActor(portal, actor, 'read-uploads', async (tx, scope) => {
    const set = await lockChangeSet(tx, scope, id)
    if (!set) throw new NotFound('There is no such change.')
    for (const organisationId of organisationsOf(set))
      requirePermission(actor, KINDS[set.kind].make, organisationId)
    return work(tx, set)
  })
}
