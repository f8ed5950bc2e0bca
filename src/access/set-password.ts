import type { Transaction } from '../database/open.ts'
import { Conflict, Gone, InvalidInput, refuseTogether } from '../errors.ts'
import { composeMail } from '../mail/compose.ts'
import { queueMail } from '../mail/outbox.ts'
import { takeLink, useUpLinksOf } from '../mail/store-links.ts'
import type { Portal } from '../portal.ts'
import { hashSecret } from '../secret.ts'
import type { Actor } from './actor.ts'
import { noteWherever } from './audit.ts'
import { mayUsePassword } from './break-glass.ts'
import { linkHolder } from './one-time-links.ts'
import { hashPassword, isPassword, refuseWeakPassword } from './passwords.ts'
import { networkOf, noteEvent } from './security-events.ts'
import type { Session } from './sessions.ts'
import {
  type Administrator,
  deleteSessionsOf,
  selectAdministrator,
  selectGrants,
  updatePassword,
} from './store.ts'
import { deleteBrowsersOf } from './store-browsers.ts'
import { revokeTokensOf } from './store-tokens.ts'
import { countAttempt, forgetAttempts, forgetGuesses } from './throttle.ts'

/**
 * Sets the password of the one-time link's holder and uses the link up; every session of theirs ends, and where it
 * takes the place of another one, every token. No browser is known any more.
 * @returns whose it is
 * @throws InvalidInput for a weak password (the link still works); Gone when the link works no more; Conflict where
 *   passwords are switched off
 */
export async function setPasswordByLink(
  portal: Portal,
  secret: string,
  password: string,
  ip?: string,
): Promise<number> {
  const holder = await linkHolder(portal, secret)
  if (!holder) {
    noteEvent(portal, 'authn_link_refused', { ip })
    throw new Gone(LINK_ENDED)
  }
  refuseWithoutUse(portal, holder)
  refuseWeakPassword(password, holder)
  const passwordHash = await hashPassword(password)
  await portal.database.transaction([], async (tx) => {
    if (!(await takeLink(tx, hashSecret(secret), portal.clock.now()))) throw new Gone(LINK_ENDED)
    noteEvent(portal, 'authn_link_used', { administrator: holder.id, ip })
    await setPassword(tx, portal, holder, passwordHash, { ip })
  })
  return holder.id
}

/**
 * Changes one's own password; all other sessions end, and all tokens, and no browser is known any more.
 * @throws InvalidInput when the current one is wrong, or the new one weak; Conflict where passwords are switched off
 */
export async function changePassword(
  portal: Portal,
  session: Session,
  given: { current: string; password: string; ip: string },
): Promise<void> {
  refuseTogether(
    () => refuseEmpty(given.current),
    () => refuseWeakPassword(given.password, session.actor),
  )
  const administrator = await currentlyRight(portal, session.actor, given)
  refuseWithoutUse(portal, administrator)
  const passwordHash = await hashPassword(given.password)
  await portal.database.transaction([], (tx) =>
    setPassword(tx, portal, administrator, passwordHash, { keep: session.idHash, ip: given.ip }),
  )
}

const LINK_ENDED =
  'This link has been used or is too old. Ask for a new one with “I have forgotten my password”.'

function refuseEmpty(current: string): void {
  if (current === '') throw new InvalidInput('Enter your current password.', { field: 'current' })
}

function refuseWithoutUse(portal: Portal, administrator: Administrator): void {
  if (!mayUsePassword(portal, administrator))
    throw new Conflict('Passwords are switched off here. Sign in as the sign-in page says.')
}

async function currentlyRight(
  portal: Portal,
  actor: Actor,
  given: { current: string; ip: string },
): Promise<Administrator> {
  const who = { email: actor.email, ip: given.ip, isSignedIn: true }
  const attempt = await countAttempt(portal, 'sign-in', who)
  const administrator = await portal.database.transaction([], (tx) =>
    selectAdministrator(tx, { id: actor.administratorId }),
  )
  if (!administrator || !(await isPassword(administrator.passwordHash, given.current))) {
    noteEvent(portal, 'authn_password_change_fail', { administrator: actor.administratorId, ip: given.ip })
    throw new InvalidInput('This is not your current password.', { field: 'current' })
  }
  await forgetAttempts(portal, attempt)
  return administrator
}

async function setPassword(
  tx: Transaction,
  portal: Portal,
  administrator: Administrator,
  passwordHash: string,
  { keep, ip }: { keep?: Buffer; ip: string | undefined },
): Promise<void> {
  await updatePassword(tx, administrator.id, passwordHash)
  await useUpLinksOf(tx, administrator.id, portal.clock.now())
  await deleteBrowsersOf(tx, administrator.id)
  await forgetGuesses(tx, administrator.email)
  const sessions = await deleteSessionsOf(tx, administrator.id, keep ?? null)
  const isNew = administrator.passwordHash === null
  const tokens = isNew ? 0 : await revokeTokensOf(tx, administrator.id, portal.clock.now())
  if (!isNew) await tellChange(tx, portal, administrator)
  noteEvent(portal, 'authn_password_change', { administrator: administrator.id, sessions, tokens, ip })
  await noteWherever(tx, await selectGrants(tx, administrator.id), {
    act: 'password-set',
    by: { administratorId: administrator.id, network: networkOf(portal, ip) },
    about: { kind: 'administrator', id: administrator.id },
    details: { 'sessions ended': sessions, 'tokens ended': tokens },
  })
}

// The holder is told by mail, so that a change that they didn't make doesn't go unseen.
async function tellChange(tx: Transaction, portal: Portal, { email }: Administrator): Promise<void> {
  await queueMail(tx, portal, {
    to: email,
    subject: 'Your Muster password was changed',
    ...composeMail([
      'Your password for Muster was changed just now. Wherever else you were signed in, you are signed out, and API tokens that act for you work no more.',
      'If it wasn’t you, set a new password at once:',
      { says: 'I have forgotten my password', link: `${portal.config.publicUrl}/password/forgotten` },
    ]),
  })
}
