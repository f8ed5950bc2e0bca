import { type Actor, may, requirePermission } from '../access/actor.ts'
import type { Transaction } from '../database/open.ts'
import { NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { type ChangeSet, organisationsOf } from './change-set.ts'
import { permissionFor } from './kinds.ts'
import { asOnlooker, requireSight } from './sight.ts'
import { lockChangeSet } from './store.ts'

/**
 * Holds a change set for somebody who means to move it or to change its plan: one transaction, in which nobody else
 * does. Of two organisations they need rights in one: the other one's agreement is asked for.
 * @throws NotFound for a set that isn't there or is out of scope, Forbidden for who may see it only
 */
export function holdChangeSet<T>(
  portal: Portal,
  actor: Actor,
  id: number,
  work: (tx: Transaction, set: ChangeSet) => Promise<T>,
): Promise<T> {
  return asOnlooker(portal, actor, async (tx, sight) => {
    const set = await lockChangeSet(tx, sight.any, id)
    if (!set) throw new NotFound('There is no such change.')
    requireSight(sight, set)
    const permission = permissionFor(set)
    const sides = organisationsOf(set)
    if (!sides.some((side) => may(actor, permission, side)))
      requirePermission(actor, permission, set.organisationId)
    await tx.setScope(sides)
    return work(tx, set)
  })
}
