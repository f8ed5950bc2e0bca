import type { Transaction } from '../database/open.ts'
import type { Portal } from '../portal.ts'
import { hashSecret, makeSecret } from '../secret.ts'
import { emailKey } from './email.ts'
import { deleteOldBrowsers, insertBrowser, selectBrowserOf, updateBrowserSecret } from './store-browsers.ts'

/**
 * Browsers in which somebody has signed in before. It signs nobody in: their attempts are only counted apart from those
 * that anybody can make.
 */

/** One that wasn't used for so long is as any other. */
export const KNOWN_FOR_S = 365 * 24 * 3600

/** As many browsers of an administrator are known: those that keep no cookie would be there for ever. */
const MOST = 50

/** The number of the browser with this secret, if whoever has the address has signed in with it. */
export function recogniseBrowser(
  tx: Transaction,
  secret: string,
  email: string,
  now: Date,
): Promise<number | undefined> {
  return selectBrowserOf(tx, hashSecret(secret), { emailKey: emailKey(email), since: sinceWhen(now) })
}

/**
 * Remembers the browser in which somebody has just shown who they are.
 * @param secret what it has to show from before, if anything: it is of no use from now on
 * @returns its secret: the database keeps its hash only
 */
export async function rememberBrowser(
  portal: Portal,
  administratorId: number,
  secret: string | undefined,
): Promise<string> {
  const next = makeSecret()
  const now = portal.clock.now()
  await portal.database.transaction([], async (tx) => {
    if (secret !== undefined) await updateBrowserSecret(tx, hashSecret(secret), hashSecret(next))
    await insertBrowser(tx, hashSecret(next), administratorId, now)
    await deleteOldBrowsers(tx, { before: sinceWhen(now), administratorId, most: MOST })
  })
  return next
}

function sinceWhen(now: Date): Date {
  return new Date(now.getTime() - KNOWN_FOR_S * 1_000)
}
