import { composeMail } from '../mail/compose.ts'
import { queueMail } from '../mail/outbox.ts'
import type { Portal } from '../portal.ts'
import { mayUsePassword } from './break-glass.ts'
import { emailKey, readEmail } from './email.ts'
import { linkForMail } from './one-time-links.ts'
import { noteEvent } from './security-events.ts'
import { hasNewLink, insertLinkRequest, selectAdministrator, takeLinkRequest } from './store.ts'
import { countAttempt, type Trier } from './throttle.ts'

/**
 * Notes that somebody asked for a link to set a new password. Whether anybody has the address is looked up only when the
 * worker writes the message: nothing that is done before the answer tells, under whatever load.
 * @throws InvalidInput for what is no address, or with the code `too-many-attempts`
 */
export async function forgottenPassword(portal: Portal, given: Omit<Trier, 'isSignedIn'>): Promise<void> {
  readEmail(given.email)
  await countAttempt(portal, 'password-mail', given)
  await portal.database.transaction([], async (tx) => {
    await insertLinkRequest(tx, emailKey(given.email))
    await portal.queue.send(tx, 'deliver-mail', {})
  })
  noteEvent(portal, 'authn_password_reset_asked', { ip: given.ip })
}

/** One message in so long: the link of the one before works, and nobody can fill somebody's mailbox. */
const ONE_IN_MS = 5 * 60_000

/** Writes the messages to those who asked, each in one transaction with taking it out. */
export async function mailLinks(portal: Portal, job: { signal?: AbortSignal } = {}): Promise<void> {
  while (await mailNextLink(portal)) job.signal?.throwIfAborted()
}

function mailNextLink(portal: Portal): Promise<boolean> {
  return portal.database.transaction('everything', async (tx) => {
    const asked = await takeLinkRequest(tx)
    if (!asked) return false
    const found = await selectAdministrator(tx, asked)
    const since = new Date(portal.clock.now().getTime() - ONE_IN_MS)
    if (!found || !mayUsePassword(portal, found) || (await hasNewLink(tx, found.id, since))) return true
    const { link, linkId } = await linkForMail(tx, portal, found.id, 'forgotten-password')
    await queueMail(tx, portal, {
      to: found.email,
      linkId,
      subject: 'Set a new password for Muster',
      ...composeMail([
        'Somebody, probably you, asked for a new password for Muster.',
        { says: 'Set a new password', link },
        'The link works once, within an hour. If it wasn’t you, do nothing: your password stays as it is.',
      ]),
    })
    noteEvent(portal, 'authn_password_reset_mailed', { administrator: found.id })
    return true
  })
}
