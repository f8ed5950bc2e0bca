import type { Config } from '../../config.ts'
import type { Portal } from '../../portal.ts'
import type { Actor } from '../actor.ts'
import type { Role } from '../permissions.ts'
import type { Session } from '../sessions.ts'

/** Whether somebody with these roles must have a second factor, as SECOND_FACTOR_ROLES says. */
export function isRequired({ secondFactorRoles }: Config, { grants }: Pick<Actor, 'grants'>): boolean {
  const roles: readonly Role[] = secondFactorRoles
  return grants.some(({ role }) => roles.includes(role))
}

/** Whether somebody signed in without the second factor that they must have: they have to add one before all else. */
export function lacksFactor({ config }: Portal, { actor, secondFactor }: Session): boolean {
  return secondFactor === null && isRequired(config, actor)
}
