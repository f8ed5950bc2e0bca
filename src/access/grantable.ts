import { ROLES } from '../roles.ts'
import { type Actor, may, scopeFor } from './actor.ts'
import type { Role } from './permissions.ts'

/** Whether the actor may do what concerns the whole portal: nothing that a token limits to an organisation or a role. */
export function mayGovern(actor: Actor): boolean {
  return scopeFor(actor, 'manage-organisations') === 'everything'
}

/** The roles, up to their own, that the actor may give over an organisation, or over all of them (null). */
export function rolesToGrant(actor: Actor, organisationId: number | null): Role[] {
  if (organisationId === null) return mayGovern(actor) ? ['global-administrator'] : []
  if (!may(actor, 'grant-roles', organisationId)) return []
  return ROLES.filter((role) => role !== 'global-administrator')
}
