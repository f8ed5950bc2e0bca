import type { Transaction } from '../../database/open.ts'
import { composeMail } from '../../mail/compose.ts'
import { queueMail } from '../../mail/outbox.ts'
import type { Portal } from '../../portal.ts'

const MESSAGES = {
  added: {
    subject: 'A second factor was added to your Muster sign-in',
    says: 'A second factor was added to your sign-in just now. From now on you are asked for it after your password.',
  },
  removed: {
    subject: 'A second factor was removed from your Muster sign-in',
    says: 'A second factor was removed from your sign-in just now: it lets nobody in any more.',
  },
  reset: {
    subject: 'Your second factor for Muster was removed',
    says: 'Somebody who manages administrators has removed your second factor and your recovery codes, and signed you out. You can sign in with your password and add a new one.',
  },
  'codes-made': {
    subject: 'You have new Muster recovery codes',
    says: 'New recovery codes were made for you just now. Those of before work no more.',
  },
  'code-used': {
    subject: 'A recovery code of yours was used',
    says: 'One of your recovery codes for Muster was used just now, in the place of your second factor. It works no more.',
  },
} as const

/** Tells somebody what happened to their second factor, so that what they didn't do doesn't go unseen. */
export async function tellHolder(
  tx: Transaction,
  portal: Portal,
  email: string,
  what: keyof typeof MESSAGES,
): Promise<void> {
  const { subject, says } = MESSAGES[what]
  await queueMail(tx, portal, {
    to: email,
    subject,
    ...composeMail([
      says,
      'If it wasn’t you, or you didn’t ask for it, set a new password at once and tell whoever runs Muster for you:',
      { says: 'I have forgotten my password', link: `${portal.config.publicUrl}/password/forgotten` },
    ]),
  })
}
