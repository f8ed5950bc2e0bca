import type { Config } from '../config.ts'
import { NotFound } from '../errors.ts'
import { composeMail } from '../mail/compose.ts'
import { queueMail } from '../mail/outbox.ts'
import type { Portal } from '../portal.ts'
import type { Actor } from './actor.ts'
import { noteWherever } from './audit.ts'
import { emailKey } from './email.ts'
import { networkOf, noteEvent } from './security-events.ts'
import {
  type Administrator,
  selectAnyAdministrator,
  selectGrants,
  selectHolders,
  updateBreakGlass,
} from './store.ts'

/** Where passwords are switched off, those of a few still open the door: for when the other system is away. */

/** Whether somebody may have a password and sign in with it. */
export function mayUsePassword(
  { config }: { config: Pick<Config, 'localSignIn'> },
  administrator: Pick<Administrator, 'isBreakGlass'>,
): boolean {
  return config.localSignIn === 'on' || administrator.isBreakGlass
}

/**
 * Says whether somebody may sign in with a password where that is switched off for everybody else.
 * @throws NotFound
 */
export function setBreakGlass(portal: Portal, email: string, on: boolean): Promise<void> {
  return portal.database.transaction([], async (tx) => {
    const found = await selectAnyAdministrator(tx, emailKey(email))
    if (!found) throw new NotFound(`There is no administrator with the address ${email}.`)
    if ((await updateBreakGlass(tx, found.id, on ? portal.clock.now() : null)) === 0) return
    noteEvent(portal, 'user_break_glass_changed', { administrator: found.id, what: on ? 'on' : 'off' })
    await noteWherever(tx, await selectGrants(tx, found.id), {
      act: on ? 'break-glass-given' : 'break-glass-taken',
      by: 'operator',
      about: { kind: 'administrator', id: found.id },
    })
  })
}

/** Somebody has signed in so: it is noted, and all Global Administrators are told. The message names nobody. */
export async function tellBreakGlass(portal: Portal, actor: Actor, ip: string): Promise<void> {
  const { administratorId, grants } = actor
  noteEvent(portal, 'authn_break_glass_used', { administrator: administratorId, ip })
  const { text, html } = composeMail([
    'Somebody has just signed in to Muster with a password. That is switched off but for emergencies.',
    'The audit log says who it was. If you know of no emergency, disable that administrator at once:',
    { says: 'Audit log', link: `${portal.config.publicUrl}/organisation/audit-log?of=all` },
  ])
  await portal.database.transaction('everything', async (tx) => {
    for (const { email } of await selectHolders(tx, ['global-administrator'], null))
      await queueMail(tx, portal, { to: email, subject: 'An emergency sign-in to Muster', text, html })
    await noteWherever(tx, grants, {
      act: 'break-glass-used',
      by: { administratorId, network: networkOf(portal, ip) },
      about: { kind: 'administrator', id: administratorId },
    })
  })
}
