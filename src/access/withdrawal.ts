import type { Transaction } from '../database/open.ts'
import { Conflict, NotFound } from '../errors.ts'
import { useUpLinksOf } from '../mail/store-links.ts'
import type { Portal } from '../portal.ts'
import { type GivenRole, readOrganisationCode } from './administrators.ts'
import { type AuditBy, note, noteWherever } from './audit.ts'
import { emailKey } from './email.ts'
import { noteEvent } from './security-events.ts'
import {
  deleteGrant,
  deleteSessionsOf,
  lockGlobalAdministrators,
  selectAnyAdministrator,
  selectGrants,
  selectOrganisationByCode,
  updateDisabledAt,
} from './store.ts'
import { deleteBrowsersOf } from './store-browsers.ts'
import { revokeTokensOf, revokeTokensWithoutRole } from './store-tokens.ts'

/** Access is taken away from the next request on: rights, sessions and tokens are read afresh for each. */

/** What ended with it. */
export type Ended = { sessions: number; tokens: number }

/**
 * Lets an administrator sign in no more. Their sessions, tokens and links end for good: to enable them again brings none
 * of them back.
 * @param options.anyway even the last Global Administrator
 * @param options.remedy what to do where they are the last one, in words
 * @throws NotFound | Conflict when they are the last Global Administrator
 */
export function disableAdministrator(
  portal: Portal,
  email: string,
  options: { anyway?: boolean; by?: AuditBy; remedy?: string } = {},
): Promise<Ended> {
  return portal.database.transaction([], async (tx) => {
    const { id } = await find(tx, email)
    if (!options.anyway) await refuseLast(tx, id, options.remedy)
    const now = portal.clock.now()
    await updateDisabledAt(tx, id, now)
    const ended = await endEverything(tx, id, now)
    noteEvent(portal, 'user_disabled', { administrator: id, ...ended })
    await noteWherever(tx, await selectGrants(tx, id), {
      act: 'administrator-disabled',
      by: options.by ?? 'operator',
      about: { kind: 'administrator', id },
      details: { 'sessions ended': ended.sessions, 'tokens ended': ended.tokens },
    })
    return ended
  })
}

/**
 * Lets a disabled administrator sign in again, with their password and roles as they were; nothing to do for others.
 * @throws NotFound
 */
export function enableAdministrator(portal: Portal, email: string, by: AuditBy = 'operator'): Promise<void> {
  return portal.database.transaction([], async (tx) => {
    const { id, disabledAt } = await find(tx, email)
    if (disabledAt === null) return
    await endEverything(tx, id, portal.clock.now()) // a sign-in that was under way when they were disabled
    await updateDisabledAt(tx, id, null)
    noteEvent(portal, 'user_enabled', { administrator: id })
    await noteWherever(tx, await selectGrants(tx, id), {
      act: 'administrator-enabled',
      by,
      about: { kind: 'administrator', id },
    })
  })
}

/**
 * Takes one role from an administrator; what else they have stays. With the last one their sessions and tokens end.
 * @returns how many roles are left
 * @throws NotFound | InvalidInput | Conflict when they are the last Global Administrator
 */
export function removeRole(
  portal: Portal,
  given: GivenRole & { email: string },
  options: { anyway?: boolean } = {},
): Promise<number> {
  const code = readOrganisationCode(given)
  return portal.database.transaction('everything', async (tx) => {
    const { id } = await find(tx, given.email)
    const organisation = code === null ? null : await selectOrganisationByCode(tx, code)
    if (given.role === 'global-administrator' && !options.anyway) await refuseLast(tx, id)
    if (organisation === undefined || !(await deleteGrant(tx, id, given.role, organisation?.id ?? null)))
      throw new NotFound(`${given.email} is no ${given.role}${code === null ? '' : ` of ${code}`}.`)
    noteEvent(portal, 'privilege_permissions_changed', {
      administrator: id,
      role: given.role,
      what: 'taken away',
    })
    const left = (await selectGrants(tx, id)).length
    await endWhatIsOver(tx, id, portal.clock.now())
    await note(tx, {
      act: 'role-taken',
      by: 'operator',
      organisationId: organisation?.id ?? null,
      about: { kind: 'administrator', id },
      details: { role: given.role, 'roles left': left },
    })
    return left
  })
}

/**
 * Signs an administrator out everywhere, and knows none of their browsers any more. They may sign in again, and their
 * tokens stay.
 * @returns how many sessions there were
 * @throws NotFound
 */
export function endSessionsOf(portal: Portal, email: string): Promise<number> {
  return portal.database.transaction([], async (tx) => {
    const { id } = await find(tx, email)
    const sessions = await deleteSessionsOf(tx, id, null)
    await deleteBrowsersOf(tx, id)
    noteEvent(portal, 'session_ended', { administrator: id, sessions })
    await noteWherever(tx, await selectGrants(tx, id), {
      act: 'sessions-ended',
      by: 'operator',
      about: { kind: 'administrator', id },
      details: { 'sessions ended': sessions },
    })
    return sessions
  })
}

async function find(tx: Transaction, email: string) {
  const found = await selectAnyAdministrator(tx, emailKey(email))
  if (!found) throw new NotFound(`There is no administrator with the address ${email}.`)
  return found
}

/** Ends what an administrator has no role for any more: everything, or tokens for an organisation alone. */
export async function endWhatIsOver(tx: Transaction, administratorId: number, now: Date): Promise<Ended> {
  if ((await selectGrants(tx, administratorId)).length === 0) return endEverything(tx, administratorId, now)
  return { sessions: 0, tokens: await revokeTokensWithoutRole(tx, administratorId, now) }
}

async function endEverything(tx: Transaction, administratorId: number, now: Date): Promise<Ended> {
  await useUpLinksOf(tx, administratorId, now)
  await deleteBrowsersOf(tx, administratorId)
  return {
    sessions: await deleteSessionsOf(tx, administratorId, null),
    tokens: await revokeTokensOf(tx, administratorId, now),
  }
}

/** @throws Conflict when they are the last Global Administrator */
export async function refuseLast(
  tx: Transaction,
  administratorId: number,
  remedy = 'Add another one first (muster administrator add EMAIL --role global-administrator), or say --anyway.',
): Promise<void> {
  const [one, other] = await lockGlobalAdministrators(tx)
  if (one?.id !== administratorId || other) return
  throw new Conflict(
    `This is the last Global Administrator: nobody would be left to see all organisations and the outbox. ${remedy}`,
  )
}
