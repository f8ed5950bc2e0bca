import type { Transaction } from '../database/open.ts'
import { Conflict, InvalidInput, NotFound } from '../errors.ts'
import { composeMail } from '../mail/compose.ts'
import { queueMail } from '../mail/outbox.ts'
import { isPlainText } from '../plain-text.ts'
import type { Portal } from '../portal.ts'
import type { Actor } from './actor.ts'
import { type AuditBy, note } from './audit.ts'
import { mayUsePassword } from './break-glass.ts'
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
 * @returns where they go: a one-time link to set their password, or the sign-in page when they have one
 * @throws InvalidInput | NotFound (the organisation) | Conflict (they are disabled)
 */
export async function addAdministrator(portal: Portal, given: NewAdministrator): Promise<{ link: string }> {
  return portal.database.transaction('everything', async (tx) => {
    const { id, passwordHash, isLinked } = await addWithRole(tx, portal, given, 'operator')
    const hasWayIn = passwordHash !== null || isLinked
    // This link is for whoever adds them to hand over, another one for the mail, which must not hold one that works.
    const link = hasWayIn ? signInPage(portal) : await makeLink(tx, portal, id, 'first-sign-in')
    return { link }
  })
}

/**
 * The same within a transaction.
 * @param by whoever adds them
 */
export async function addWithRole(
  tx: Transaction,
  portal: Portal,
  given: NewAdministrator,
  by: AuditBy,
): Promise<Administrator> {
  const email = readEmail(given.email)
  const code = readOrganisationCode(given)
  const organisation = code === null ? null : await selectOrganisationByCode(tx, code)
  if (organisation === undefined) throw new NotFound(`There is no organisation with the code ${code}.`)
  const id = await insertAdministrator(tx, { email, emailKey: emailKey(email), name: readName(given, email) })
  const administrator = await selectAdministrator(tx, { id })
  if (!administrator)
    throw new Conflict(
      by === 'operator'
        ? `${email} is disabled. Let them in again first: muster administrator enable ${email}`
        : `${email} can’t be invited. Ask a Global Administrator.`,
    )
  await insertGrant(tx, id, given.role, organisation?.id ?? null)
  await tellRole(tx, portal, administrator, given.role, organisation?.name)
  noteEvent(portal, 'privilege_permissions_changed', { administrator: id, role: given.role, what: 'given' })
  await note(tx, {
    act: 'role-given',
    by,
    organisationId: organisation?.id ?? null,
    about: { kind: 'administrator', id },
    details: { role: given.role, 'has a password': administrator.passwordHash !== null },
  })
  return administrator
}

const LONGEST_NAME = 200

function readName({ name }: NewAdministrator, email: string): string {
  const text = name?.trim().replace(/\s+/gu, ' ').normalize('NFC') || email
  if (text.length <= LONGEST_NAME && isPlainText(text)) return text
  throw new InvalidInput(`A name is one line of at most ${LONGEST_NAME} characters.`, { field: 'name' })
}

/** Mails somebody the role that they were given: with a link to set a password, or to sign in with the one they have. */
export async function tellRole(
  tx: Transaction,
  portal: Portal,
  { id, email, passwordHash, isLinked, ...rest }: Administrator,
  role: Role,
  organisation?: string,
): Promise<void> {
  const words = `${ROLE_NAMES[role]} of ${organisation ?? 'all organisations'}`
  if (passwordHash !== null || isLinked) {
    await queueMail(tx, portal, { to: email, ...newRole(words, signInPage(portal)) })
    return
  }
  const { link, linkId } = await linkForMail(tx, portal, id, 'first-sign-in')
  await queueMail(tx, portal, { to: email, linkId, ...welcome(words, link, mayUsePassword(portal, rest)) })
}

function signInPage({ config }: Portal): string {
  return `${config.publicUrl}/sign-in`
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

function welcome(role: string, link: string, byPassword: boolean) {
  const added = `You have been added to Muster, the staff directory portal, as ${role}.`
  const withPassword = [
    `${added} Set a password, then sign in with this e-mail address.`,
    { says: 'Set your password', link },
    'The link works once, within 7 days. After that, ask for a new one with “I have forgotten my password” on the sign-in page.',
  ]
  const elsewhere = [
    `${added} Sign in by the link the first time.`,
    { says: 'Accept the invitation', link },
    'The link works once, within 7 days. After that, ask whoever invited you for a new one.',
  ]
  return { subject: 'You can now sign in to Muster', ...composeMail(byPassword ? withPassword : elsewhere) }
}

function newRole(role: string, link: string) {
  return {
    subject: 'You have a new role in Muster',
    ...composeMail([`You are now ${role}.`, { says: 'Sign in', link }]),
  }
}
