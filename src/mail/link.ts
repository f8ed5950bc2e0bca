import type { Transaction } from '../database/open.ts'
import { hashSecret, makeSecret } from '../secret.ts'
import { giveSecret, selectWaitingLink } from './store-links.ts'

/** What stands in a message, in the place of its link's secret, until it is sent, and in the outbox for good. */
export const WITHOUT_SECRET = '?link=…'

/** A message as it leaves: its link works, and nothing but the link's holder knows how. */
export function withSecret<Bodies extends { text: string; html?: string }>(
  message: Bodies,
  secret: string,
): Bodies {
  const filled = (body: string) => body.replaceAll(WITHOUT_SECRET, `?link=${secret}`)
  const html = message.html === undefined ? {} : { html: filled(message.html) }
  return { ...message, text: filled(message.text), ...html }
}

/**
 * Makes the link of a message that waits, for whoever hands it over where nothing is sent. A link that was made for it
 * before works no more.
 * @returns the message's text with the link; undefined when it has none that waits
 */
export async function makeLinkOf(tx: Transaction, mailId: number, now: Date): Promise<string | undefined> {
  const waiting = await selectWaitingLink(tx, mailId)
  if (waiting === undefined) return undefined
  const secret = makeSecret()
  await giveSecret(tx, waiting.linkId, hashSecret(secret), now)
  return withSecret(waiting, secret).text
}
