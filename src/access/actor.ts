import type { Scope, Transaction } from '../database/open.ts'
import { Forbidden, NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { type Action, PERMISSIONS, type Role } from './permissions.ts'

/** One role over one organisation; a global administrator's has none. */
export type Grant = {
  role: Role
  organisationId: number | null
  /** Through a token that is good for no more than this role: only what both roles may. */
  atMost?: Role
}

/** Who does something: an administrator with what was granted to them when the request or job began. */
export type Actor = {
  administratorId: number
  email: string
  name: string
  grants: readonly Grant[]
  /** The token through which they act. */
  tokenId?: number
  /** The keyed hash of the network address that they come from. */
  network?: string | undefined
  /** Asks again for who this is, by the session or the token that was shown: null when it has ended. */
  again?: (tx: Transaction) => Promise<Actor | null>
}

/** What somebody may do through a token at most: in one organisation, as one role; null is no limit. */
export type Limit = { organisationId: number | null; role: Role | null }

/** The grants as far as the limit lets them: never more than they were. */
export function limitTo({ organisationId, role }: Limit, grants: readonly Grant[]): Grant[] {
  const reaches = (grant: Grant) =>
    organisationId === null || grant.organisationId === null || grant.organisationId === organisationId
  return grants.filter(reaches).map((grant) => ({
    ...grant,
    organisationId: organisationId ?? grant.organisationId,
    ...(role === null ? {} : { atMost: role }),
  }))
}

/** The organisations where the actor may do this: the scope of every query made for them. */
export function scopeFor(actor: Actor, action: Action): Scope {
  const granting = actor.grants.filter(({ role, atMost = role }) =>
    [role, atMost].every((one) => PERMISSIONS[action].includes(one)),
  )
  if (granting.some((grant) => grant.organisationId === null)) return 'everything'
  return [...new Set(granting.flatMap((grant) => grant.organisationId ?? []))]
}

export function may(actor: Actor, action: Action, organisationId?: number): boolean {
  const scope = scopeFor(actor, action)
  if (scope === 'everything') return true
  return organisationId === undefined ? scope.length > 0 : scope.includes(organisationId)
}

/**
 * A transaction held to the organisations where the actor may do this, by row-level security as well as by the
 * queries in it.
 * @throws Forbidden when there is no such organisation at all
 */
export async function asActor<T>(
  portal: Portal,
  actor: Actor,
  action: Action,
  work: (tx: Transaction, scope: Scope) => Promise<T>,
): Promise<T> {
  if (!may(actor, action)) throw new Forbidden('Your role does not allow this. Ask a Local Administrator.')
  const scope = scopeFor(actor, action)
  return portal.database.transaction(scope, (tx) => work(tx, scope))
}

/**
 * Refuses what the actor may not do with an organisation that they can see; one that they can't see isn't there.
 * @throws NotFound | Forbidden
 */
export function requirePermission(actor: Actor, action: Action, organisationId: number): void {
  if (may(actor, action, organisationId)) return
  if (!may(actor, 'read-accounts', organisationId)) throw new NotFound('There is no such organisation.')
  throw new Forbidden('Your role does not allow this. Ask a Local Administrator.')
}
