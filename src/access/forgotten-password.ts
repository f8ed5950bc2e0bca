import { composeMail } from '../mail/compose.ts'
import { queueMail } from '../mail/outbox.ts'
import type { Portal } from '../portal.ts'
import { emailKey, readEmail } from './email.ts'
import { linkForMail } from './one-time-links.ts'
import { noteEvent } from './security-events.ts'
import { findAdministrator } from './store.ts'
import { countAttempt } from './throttle.ts'

// Longer than the mail takes to be queued: the answer tells nothing, and neither does the time until it comes.
const ANSWERS_AFTER_MS = 300

/**
 * Mails a link to set a new password, if there is an administrator with this address; nothing tells whether.
 * @throws InvalidInput for what is no address, or with the code `too-many-attempts`
 */
export async function forgottenPassword(portal: Portal, given: { email: string; ip: string }): Promise<void> {
  readEmail(given.email)
  await countAttempt(portal, 'password-mail', given)
  const patience = new Promise((resolve) => setTimeout(resolve, ANSWERS_AFTER_MS))
  await mailLink(portal, given)
  await patience
}

function mailLink(portal: Portal, { email, ip }: { email: string; ip: string }): Promise<void> {
  return portal.database.transaction([], async (tx) => {
    const found = await findAdministrator(tx, { emailKey: emailKey(email) })
    noteEvent(portal, 'authn_password_reset_asked', { administrator: found?.id, ip })
    if (!found) return
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
  })
}
