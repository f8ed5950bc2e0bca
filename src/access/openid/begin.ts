import { createHmac } from 'node:crypto'
import type { Portal } from '../../portal.ts'
import { hashSecret, makeSecret } from '../../secret.ts'
import { noteEvent } from '../security-events.ts'
import { addressToSignIn, providerOf, type Sent } from './provider.ts'
import { SignInRefused } from './refusal.ts'
import { deleteExpiredRequests, insertRequest } from './store.ts'

/** So long may somebody take to sign in elsewhere. */
export const LASTS_S = 15 * 60

/**
 * Sends somebody to a provider.
 * @param given.next where they want to go then
 * @param given.link the secret of an invitation that they accept by it
 * @param given.again they are to show there again who they are, though they are signed in there
 * @param given.browser what the browser has to show from a flow before, which may be under way in another window
 * @returns where to go, and what the browser has to show when it comes back
 * @throws NotFound for no provider; SignInRefused when it doesn't answer
 */
export async function beginSignIn(
  portal: Portal,
  given: {
    provider: string
    next: string
    link: string
    again: boolean
    browser: string | undefined
    ip: string
  },
): Promise<{ to: string; browser: string }> {
  const provider = providerOf(portal, given.provider)
  const browser = given.browser ?? makeSecret()
  const sent = sentWith(browser, makeSecret())
  try {
    const to = await addressToSignIn(portal, provider, sent, given)
    const now = portal.clock.now()
    await portal.database.transaction([], async (tx) => {
      await deleteExpiredRequests(tx, now)
      await insertRequest(tx, {
        stateHash: hashSecret(sent.state),
        browserHash: hashSecret(browser),
        provider: provider.id,
        next: given.next,
        linkHash: given.link === '' ? null : hashSecret(given.link),
        expiresAt: new Date(now.getTime() + LASTS_S * 1_000),
      })
    })
    return { to: to.href, browser }
  } catch (error) {
    if (error instanceof SignInRefused)
      noteEvent(portal, 'authn_openid_refused', { what: error.why, code: error.what, ip: given.ip })
    throw error
  }
}

/** Nonce and verifier are made of what only this browser has, so that no copy of the database has them. */
export function sentWith(browser: string, state: string): Sent {
  const made = (what: string) => createHmac('sha256', browser).update(`${what} ${state}`).digest('base64url')
  return { state, nonce: made('nonce'), verifier: made('verifier') }
}
