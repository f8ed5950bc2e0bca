import type { Transaction } from '../../database/open.ts'
import { Conflict, Forbidden, NotFound } from '../../errors.ts'
import type { Portal } from '../../portal.ts'
import { type Actor, asActor } from '../actor.ts'
import { type AuditBy, noteWherever } from '../audit.ts'
import { emailKey } from '../email.ts'
import { type ShownAdministrator, shownAdministrator } from '../find-administrators.ts'
import { rolesToGrant } from '../grantable.ts'
import { noteEvent } from '../security-events.ts'
import type { Session } from '../sessions.ts'
import { deleteSessionsOf, selectAdministrator, selectAnyAdministrator, selectGrants } from '../store.ts'
import { isRequired } from './required.ts'
import { deleteFactor, deleteFactorsOf, lockFactors, selectFactors } from './store-factors.ts'
import { tellHolder } from './tell-holder.ts'

/**
 * Removes something that one signs in with; with the last one, the recovery codes.
 * @throws NotFound for what isn't one's own; Conflict for the last one of somebody who must have one
 */
export async function removeOwnFactor(portal: Portal, { actor }: Session, id: number): Promise<void> {
  const { administratorId } = actor
  await portal.database.transaction([], async (tx) => {
    await lockFactors(tx, administratorId)
    const removed = await deleteFactor(tx, administratorId, id)
    if (!removed) throw new NotFound('There is no such second factor any more.')
    const isLast = (await selectFactors(tx, administratorId)).length === 0
    if (isLast && isRequired(portal.config, actor))
      throw new Conflict('Your role needs a second factor. Add another one first, then remove this one.')
    if (isLast) await deleteFactorsOf(tx, administratorId)
    await tellHolder(tx, portal, actor.email, 'removed')
    await noteRemoval(tx, portal, { administratorId, by: actor, kind: removed.kind })
  })
}

/**
 * Removes all that another administrator signs in with besides their password, for when it is lost: they are signed out,
 * and told by mail.
 * @throws NotFound for one whom the actor can't see; Forbidden where they have a role that the actor may not give
 */
export async function removeFactorsOf(portal: Portal, actor: Actor, administratorId: number): Promise<void> {
  if (administratorId === actor.administratorId)
    throw new Conflict('Remove your own on the page “Ways to sign in”.')
  await asActor(portal, actor, 'grant-roles', async (tx, scope) => {
    await shownAdministrator(tx, scope, administratorId)
    if (!mayGiveAll(actor, await selectGrants(tx, administratorId)))
      throw new Forbidden('They have a role that you may not give. Ask a Global Administrator.')
    await reset(tx, portal, administratorId, actor)
  })
}

/** Whether the actor may, by the roles that they see; one that they don't see may still stand against it. */
export function mayRemoveFactors(actor: Actor, { roles }: ShownAdministrator): boolean {
  return mayGiveAll(
    actor,
    roles.map(({ role, organisation }) => ({ role, organisationId: organisation?.id ?? null })),
  )
}

function mayGiveAll(actor: Actor, grants: Actor['grants']): boolean {
  return grants.every(({ role, organisationId }) => rolesToGrant(actor, organisationId).includes(role))
}

/** The same by the operator. @returns how many there were @throws NotFound */
export function resetSecondFactor(portal: Portal, email: string): Promise<number> {
  return portal.database.transaction([], async (tx) => {
    const found = await selectAnyAdministrator(tx, emailKey(email))
    if (!found) throw new NotFound(`There is no administrator with the address ${email}.`)
    return reset(tx, portal, found.id, 'operator')
  })
}

async function reset(tx: Transaction, portal: Portal, administratorId: number, by: AuditBy): Promise<number> {
  await lockFactors(tx, administratorId)
  const removed = await deleteFactorsOf(tx, administratorId)
  if (removed === 0) return 0
  const sessions = await deleteSessionsOf(tx, administratorId, null)
  const holder = await selectAdministrator(tx, { id: administratorId })
  if (holder) await tellHolder(tx, portal, holder.email, 'reset')
  await noteRemoval(tx, portal, { administratorId, by, kind: 'all', sessions })
  return removed
}

async function noteRemoval(
  tx: Transaction,
  portal: Portal,
  it: { administratorId: number; by: AuditBy; kind: string; sessions?: number },
): Promise<void> {
  const { administratorId, by, kind, sessions = 0 } = it
  const facts = { administrator: administratorId, what: kind, sessions }
  noteEvent(portal, 'authn_second_factor_removed', facts)
  await noteWherever(tx, await selectGrants(tx, administratorId), {
    act: 'second-factor-removed',
    by,
    about: { kind: 'administrator', id: administratorId },
    details: { kind, 'sessions ended': sessions },
  })
}
