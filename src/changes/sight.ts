import { type Actor, scopeFor } from '../access/actor.ts'
import type { Action } from '../access/permissions.ts'
import type { Scope, Transaction } from '../database/open.ts'
import { Forbidden, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import type { ChangeSet } from './change-set.ts'

/** Whoever may make sets of this permission sees them, though they may not read uploads. */
export const SEEN_BY_MAKERS: Action = 'change-status'

/** Where somebody sees every change set, and where those that they may make themselves; `any` is both. */
export type Sight = { every: Scope; own: Scope; any: Scope }

export function sightOf(actor: Actor): Sight {
  const [every, own] = [scopeFor(actor, 'read-uploads'), scopeFor(actor, SEEN_BY_MAKERS)]
  if (every === 'everything' || own === 'everything') return { every, own, any: 'everything' }
  return { every, own, any: [...new Set([...every, ...own])] }
}

/**
 * A transaction of somebody who sees change sets, held to the organisations where they see any.
 * @throws Forbidden for who may see none at all
 */
export function asOnlooker<T>(
  portal: Portal,
  actor: Actor,
  work: (tx: Transaction, sight: Sight) => Promise<T>,
): Promise<T> {
  const sight = sightOf(actor)
  if (sight.any !== 'everything' && sight.any.length === 0)
    throw new Forbidden('Your role does not allow this. Ask a Local Administrator.')
  return inTheirSight(portal, sight, work)
}

/** A transaction that sees what they see, by row-level security as well as by the queries in it; maybe nothing. */
export function inTheirSight<T>(
  portal: Portal,
  sight: Sight,
  work: (tx: Transaction, sight: Sight) => Promise<T>,
): Promise<T> {
  return portal.database.transaction(sight.any, async (tx) => {
    await holdToSight(tx, sight)
    return work(tx, sight)
  })
}

/** Holds the rest of a transaction to the change sets that somebody sees. */
export function holdToSight(tx: Transaction, { any, every }: Sight): Promise<void> {
  return tx.setScope(any, every)
}

/**
 * For who is where a set is, and may not see sets like it, it isn't there.
 * @throws NotFound
 */
export function requireSight(
  { every, own }: Sight,
  set: Pick<ChangeSet, 'organisationId' | 'counterpartId' | 'permission'>,
): void {
  const reaches = (scope: Scope) =>
    scope === 'everything' ||
    [set.organisationId, set.counterpartId].some((id) => id !== null && scope.includes(id))
  if (!reaches(every) && !(set.permission === SEEN_BY_MAKERS && reaches(own)))
    throw new NotFound('There is no such change.')
}
