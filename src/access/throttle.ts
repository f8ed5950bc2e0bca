import { createHash } from 'node:crypto'
import type { Transaction } from '../database/open.ts'
import { InvalidInput } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { emailKey } from './email.ts'
import { noteEvent } from './security-events.ts'
import { countAttempts, deleteAttempts, insertAttempt, lockAttempts } from './store.ts'

/** What may be tried so often only: a guess at a password, and mail that somebody else receives. */
export type Throttled = 'sign-in' | 'password-mail'

const MINUTES = 5
const PER_EMAIL = 10
const PER_ADDRESS = 100 // a whole hospital can come from one network address

/**
 * Counts an attempt before it is made, so that many at once are counted too; one that went well is taken out again.
 * @throws InvalidInput with the code `too-many-attempts`; such a refusal isn't counted
 */
export async function countAttempt(
  portal: Portal,
  what: Throttled,
  who: { email: string; ip: string },
): Promise<void> {
  const now = portal.clock.now()
  const since = new Date(now.getTime() - MINUTES * 60_000)
  await portal.database.transaction([], async (tx) => {
    await deleteAttempts(tx, { before: since })
    const tooMany =
      !(await countUnder(tx, emailLimit(what, who.email), PER_EMAIL, since, now)) ||
      !(await countUnder(tx, addressLimit(what, who.ip), PER_ADDRESS, since, now))
    if (!tooMany) return
    noteEvent(portal, 'excess_rate_limit_exceeded', { what, ip: who.ip })
    throw new InvalidInput(
      `There were too many attempts. Wait ${MINUTES} minutes and try again. Nothing was changed.`,
      { code: 'too-many-attempts' },
    )
  })
}

/** The attempt went well: this address starts afresh, and for the network's address it never was. */
export async function forgetAttempts(portal: Portal, what: Throttled, who: { email: string; ip: string }) {
  await portal.database.transaction([], async (tx) => {
    await deleteAttempts(tx, { key: emailLimit(what, who.email) })
    await deleteAttempts(tx, { latestOf: addressLimit(what, who.ip) })
  })
}

async function countUnder(
  tx: Transaction,
  key: string,
  limit: number,
  since: Date,
  now: Date,
): Promise<boolean> {
  await lockAttempts(tx, key)
  if ((await countAttempts(tx, key, since)) >= limit) return false
  await insertAttempt(tx, key, now)
  return true
}

// Hashed: what somebody typed may be anything, and of any length.
function emailLimit(what: Throttled, email: string): string {
  return `${what} email ${createHash('sha256').update(emailKey(email)).digest('hex')}`
}

function addressLimit(what: Throttled, ip: string): string {
  return `${what} address ${ip}`
}
