import type { Transaction } from '../database/open.ts'
import { Forbidden, InvalidInput } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { ROLES } from '../roles.ts'
import { type Actor, asActor, scopeFor } from './actor.ts'
import { noteWherever } from './audit.ts'
import { type ShownToken, shownToken } from './find-tokens.ts'
import { type Action, PERMISSIONS, type Role, refuseUnknownRole } from './permissions.ts'
import { noteEvent } from './security-events.ts'
import { revokeStoredToken, selectTokenById } from './store-tokens.ts'
import { grantsThrough, makeToken } from './tokens.ts'

export type OwnTokenWishes = { name: string; expiresAt: Date; organisationCode?: string; role?: Role }

/**
 * Makes a token that acts for the actor, or for less than they may do. What is asked for through a token is good for no
 * more, and for no longer, than that token.
 * @returns the token, which is shown this once
 * @throws InvalidInput | NotFound | Forbidden
 */
export async function createOwnToken(
  portal: Portal,
  actor: Actor,
  wishes: OwnTokenWishes,
): Promise<{ token: string; made: ShownToken }> {
  refuseWithoutName(wishes)
  if (wishes.role !== undefined) refuseUnknownRole(wishes.role)
  return asActor(portal, actor, 'read-accounts', async (tx) => {
    const within = await withinOwnToken(tx, actor, wishes)
    const { token, id } = await makeToken(tx, portal, actor.administratorId, within, actor)
    return { token, made: await shownToken(tx, portal, actor, id) }
  })
}

/**
 * Ends one of one's own tokens, or one that is good for an organisation where one gives roles.
 * @throws NotFound
 */
export async function revokeShownToken(portal: Portal, actor: Actor, id: number): Promise<ShownToken> {
  return portal.database.transaction(scopeFor(actor, 'read-accounts'), async (tx) => {
    const shown = await shownToken(tx, portal, actor, id)
    const revoked = await revokeStoredToken(tx, id, portal.clock.now())
    noteEvent(portal, 'authn_token_revoked', { administrator: shown.holder.id, token: id })
    const grants = revoked ? await grantsThrough(tx, revoked) : []
    await noteWherever(tx, grants, { act: 'token-revoked', by: actor, about: { kind: 'token', id } })
    return shown
  })
}

/** The roles that somebody may limit a token of theirs to: those that may do nothing that they may not. */
export function rolesForToken(actor: Actor): Role[] {
  const own = actor.grants.flatMap(({ role, atMost }) => [role, ...(atMost ? [atMost] : [])])
  return ROLES.filter((role) => own.some((mine) => isWithin(role, mine)))
}

/** @throws InvalidInput where it isn't said what the token is for */
export function refuseWithoutName({ name }: { name: string }): void {
  if (name.trim() === '') throw new InvalidInput('Say what the token is for.', { field: 'name' })
}

async function withinOwnToken(
  tx: Transaction,
  actor: Actor,
  wishes: OwnTokenWishes,
): Promise<OwnTokenWishes> {
  const own = actor.tokenId === undefined ? undefined : await selectTokenById(tx, actor.tokenId)
  if (own === undefined) return wishes
  const { organisationCode = own.organisationCode, role = own.role } = wishes
  const isBeyond =
    (own.organisationCode !== null && organisationCode?.trim().toUpperCase() !== own.organisationCode) ||
    (own.role !== null && (role === null || !isWithin(role, own.role))) ||
    (own.expiresAt !== null && wishes.expiresAt > own.expiresAt)
  if (isBeyond)
    throw new Forbidden('A token can’t make one that is good for more, or for longer, than itself.')
  return {
    ...wishes,
    ...(organisationCode === null ? {} : { organisationCode }),
    ...(role === null ? {} : { role }),
  }
}

function isWithin(role: Role, most: Role): boolean {
  const allowing = (Object.keys(PERMISSIONS) as Action[]).filter((action) =>
    PERMISSIONS[action].includes(role),
  )
  return allowing.every((action) => PERMISSIONS[action].includes(most))
}
