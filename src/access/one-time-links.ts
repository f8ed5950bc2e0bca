import type { Transaction } from '../database/open.ts'
import { WITHOUT_SECRET } from '../mail/link.ts'
import { giveSecret, insertLink, selectLink } from '../mail/store-links.ts'
import type { Portal } from '../portal.ts'
import { hashSecret, makeSecret } from '../secret.ts'
import { type Administrator, selectAdministrator } from './store.ts'

const HOUR_S = 3600
const LASTS_S = { 'forgotten-password': HOUR_S, 'first-sign-in': 7 * 24 * HOUR_S }

/** @returns the address to set a password at, to be handed to its administrator; it works once, until it ends */
export async function makeLink(
  tx: Transaction,
  portal: Portal,
  administratorId: number,
  why: keyof typeof LASTS_S,
): Promise<string> {
  const secret = makeSecret()
  const id = await insertLink(tx, administratorId, LASTS_S[why])
  await giveSecret(tx, id, hashSecret(secret), portal.clock.now())
  return `${portal.config.publicUrl}/password/set?link=${secret}`
}

/**
 * A link for a message: it has no secret until the message is sent, so that nobody finds a link that works in the
 * outbox or in a copy of the database. Its time begins then.
 */
export async function linkForMail(
  tx: Transaction,
  portal: Portal,
  administratorId: number,
  why: keyof typeof LASTS_S,
): Promise<{ link: string; linkId: number }> {
  const linkId = await insertLink(tx, administratorId, LASTS_S[why])
  return { link: `${portal.config.publicUrl}/password/set${WITHOUT_SECRET}`, linkId }
}

/** Whose link it is, without using it up: programs that read mail open links too. Null when it works no more. */
export function linkHolder(portal: Portal, secret: string): Promise<Administrator | null> {
  return portal.database.transaction([], async (tx) => {
    const link = await selectLink(tx, hashSecret(secret), portal.clock.now())
    return (link && (await selectAdministrator(tx, { id: link.administratorId }))) ?? null
  })
}
