import type { Scope, Transaction } from '../database/open.ts'
import { Forbidden } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { type Actor, may, requirePermission, scopeFor } from './actor.ts'
import { loadActor } from './administrators.ts'
import type { Action } from './permissions.ts'

/** Pieces that follow each other faster than this aren't asked again for the same rights. */
const GOOD_FOR_MS = 250

/** Work of somebody, with the rights that they have by then. */
export type WorkNow = <T>(work: (tx: Transaction, scope: Scope, actor: Actor) => Promise<T>) => Promise<T>

/**
 * As `asActor`, with the rights that the actor has by now, a quarter of a second ago at most: for what goes on after its
 * request has begun, the pieces of a file that arrives or leaves slowly.
 * @param organisationId the one that it is about; null where it is about none
 * @returns what throws Forbidden when the session or the token has ended meanwhile; NotFound, Forbidden when the role has
 * gone
 */
export function rightsOfNow(
  portal: Portal,
  actor: Actor,
  action: Action,
  organisationId: number | null,
): WorkNow {
  let known: { actor: Actor; at: number } | undefined
  return async (work) => {
    if (known === undefined || performance.now() - known.at > GOOD_FOR_MS) {
      return asActorNow(portal, actor, action, organisationId, (tx, scope, now) => {
        known = { actor: now, at: performance.now() }
        return work(tx, scope, now)
      })
    }
    const now = known.actor
    const scope = scopeFor(now, action)
    return portal.database.transaction(scope, (tx) => work(tx, scope, now))
  }
}

/** The same, once, as they are at this moment. The rights are asked for in the same transaction. */
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
