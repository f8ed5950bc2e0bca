import type { Scope, Transaction } from '../database/open.ts'
import { Forbidden } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { type Actor, may, requirePermission, scopeFor } from './actor.ts'
import { loadActor } from './administrators.ts'
import type { Action } from './permissions.ts'

/**
 * As `asActor`, with the rights that the actor has by now, asked for in the same transaction: for what goes on after its
 * request has begun, the pieces of a file that arrives or leaves slowly.
 * @param organisationId the one that it is about; null where it is about none
 * @throws Forbidden when the session or the token has ended meanwhile; NotFound, Forbidden when the role has gone
 */
export async function asActorNow<T>(
  portal: Portal,
  actor: Actor,
  action: Action,
  organisationId: number | null,
  work: (tx: Transaction, scope: Scope, actor: Actor) => Promise<T>,
): Promise<T> {
  return portal.database.transaction([], async (tx) => {
    const now = await (actor.again ? actor.again(tx) : loadActor(tx, actor.administratorId))
    if (now === null)
      throw new Forbidden('You are no longer signed in, so this has ended. Sign in and try again.')
    if (organisationId !== null) requirePermission(now, action, organisationId)
    else if (!may(now, action)) throw new Forbidden('Your role does not allow this any more.')
    const scope = scopeFor(now, action)
    await tx.setScope(scope)
    return work(tx, scope, now)
  })
}
