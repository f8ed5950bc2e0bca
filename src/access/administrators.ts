import type { Transaction } from '../database/open.ts'
import { Conflict, InvalidInput, NotFound } from '../errors.ts'
import { composeMail } from '../mail/compose.ts'
import { queueMail } from '../mail/outbox.ts'
import type { Portal } from '../portal.ts'
import type { Actor } from './actor.ts'
import { type AuditBy, note } from './audit.ts'
import { emailKey, readEmail } from './email.ts'
import { linkForMail, makeLink } from './one-time-links.ts'
import { ROLE_NAMES, type Role, refuseUnknownRole } from './permissions.ts'
import { noteEvent } from './security-events.ts'
import {
  type Administrator,
  insertAdministrator,
  insertGrant,
  type ListedAdministrator,
  listAdministrators,
  selectAdministrator,
  selectGrants,
  selectOrganisationByCode,
} from './store.ts'

/** An administrator with their roles as they are now; null when there is none or they are disabled. */
export function actorFor(portal: Portal, administratorId: number): Promise<Actor | null> {
  return portal.database.transaction([], (tx) => loadActor(tx, administratorId))
}

/** The same, within a transaction. */
export async function loadActor(tx: Transaction, administratorId: number): Promise<Actor | null> {
  const administrator = await selectAdministrator(tx, { id: administratorId })
  if (!administrator) return null
  const grants = await selectGrants(tx, administratorId)
  return { administratorId, email: administrator.email, name: administrator.name, grants }
}

/** Everybody who was ever added, with their roles, by their addresses. */
export function everyAdministrator(portal: Portal): Promise<ListedAdministrator[]> {
  return portal.database.transaction('everything', (tx) => listAdministrators(tx, portal.clock.now()))
}

export type GivenRole = { role: Role; organisationCode?: string }
export type NewAdministrator = GivenRole & { email: string; name?: string }

/**
 * Adds someone who may sign in, or one more role to someone who may already, and mails them.
 * @param by whoever adds them
 * @returns where they go: a one-time link to set their password, or the sign-in page when they have one
 * @throws InvalidInput | NotFound (the organisation) | Conflict (they are disabled)
 */
export async function addAdministrator(
  portal: Portal,
  given: NewAdministrator,
  by: AuditBy = 'operator',
): Promise<{ link: string }> {
  const email = readEmail(given.email)
  const code = readOrganisationCode(given)
  return portal.database.transaction('everything', async (tx) => {
    const organisation = code === null ? null : await selectOrganisationByCode(tx, code)
    if (organisation === undefined) throw new NotFound(`There is no organisation with the code ${code}.`)
    const name = given.name?.trim() || email
    const id = await insertAdministrator(tx, { email, emailKey: emailKey(email), name })
    const administrator = await selectAdministrator(tx, { id })
    if (!administrator)
      throw new Conflict(
        `${email} is disabled. Let them in again first: muster administrator enable ${email}`,
      )
    await insertGrant(tx, id, given.role, organisation?.id ?? null)
    const role = `${ROLE_NAMES[given.role]} of ${organisation?.name ?? 'all organisations'}`
    const link = await tellRole(tx, portal, administrator, role)
    noteEvent(portal, 'privilege_permissions_changed', {
      administrator: id,
      role: given.role,
      what: 'given',
    })
    await note(tx, {
      act: 'role-given',
      by,
      organisationId: organisation?.id ?? null,
      about: { kind: 'administrator', id },
      details: { role: given.role, 'has a password': administrator.passwordHash !== null },
    })
    return { link }
  })
}

// One link is for whoever adds them to hand over, the other one for the mail, which must not hold one that works.
async function tellRole(
  tx: Transaction,
  portal: Portal,
  { id, email, passwordHash }: Administrator,
  role: string,
): Promise<string> {
  if (passwordHash !== null) {
    const link = `${portal.config.publicUrl}/sign-in`
    await queueMail(tx, portal, { to: email, ...newRole(role, link) })
    return link
  }
  const { link, linkId } = await linkForMail(tx, portal, id, 'first-sign-in')
  await queueMail(tx, portal, { to: email, linkId, ...welcome(role, link) })
  return makeLink(tx, portal, id, 'first-sign-in')
}

/**
 * The code of the organisation over which the role is, null for all of them.
 * @throws InvalidInput for no role, and where role and organisation don't fit
 */
export function readOrganisationCode({ role, organisationCode }: GivenRole): string | null {
  const code = organisationCode?.trim().toUpperCase() || null
  refuseUnknownRole(role)
  if (role === 'global-administrator' && code !== null)
    throw new InvalidInput(
      'A global-administrator works for all organisations: leave the organisation out.',
      {
        field: 'organisation',
      },
    )
  if (role !== 'global-administrator' && code === null)
    throw new InvalidInput(`Say for which organisation: a ${role} works for given ones only.`, {
      field: 'organisation',
    })
  return code
}

function welcome(role: string, link: string) {
  return {
    subject: 'You can now sign in to Muster',
    ...composeMail([
      `You have been added to Muster, the staff directory portal, as ${role}. Set a password, then sign in with this e-mail address.`,
      { says: 'Set your password', link },
      'The link works once, within 7 days. After that, ask for a new one with “I have forgotten my password” on the sign-in page.',
    ]),
  }
}

function newRole(role: string, link: string) {
  return {
    subject: 'You have a new role in Muster',
    ...composeMail([`You are now ${role}.`, { says: 'Sign in', link }]),
  }
}
