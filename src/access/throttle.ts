import { createHash } from 'node:crypto'
import type { Transaction } from '../database/open.ts'
import { InvalidInput } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { emailKey } from './email.ts'
import { recogniseBrowser } from './known-browsers.ts'
import { originOf } from './network.ts'
import { noteEvent } from './security-events.ts'
import {
  type Attempt,
  deleteAttempts,
  deleteAttemptsAt,
  deleteAttemptsBefore,
  forgetAddressesBefore,
  insertAttempt,
  lockAttempts,
  selectLastBut,
  type Together,
} from './store-attempts.ts'

/** What may be tried so often only: a guess at a password or a code, mail that somebody else receives, a search for a leaver. */
export type Throttled = 'sign-in' | 'second-factor' | 'password-mail' | 'leaver'

/** Whose password it is about, by the address that was given, and where from. */
export type Trier = {
  email: string
  ip: string
  /** What the browser has to show for having been signed in with before. */
  browser?: string | undefined
  /** They are signed in, as whom it is about. */
  isSignedIn?: boolean
}

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

// The rule in words: SECURITY.md. Why it is so: docs/decisions/0014-nobody-is-locked-out-from-elsewhere.md.
const ONE = { most: 10, ms: 5 * MINUTE_MS } // for one account, from one network or one known browser
const TOGETHER = { most: 100, ms: 30 * DAY_MS } // for one account, from all networks, or from one known browser
const ADDRESS = { most: 100, ms: 5 * MINUTE_MS } // for all accounts: a whole hospital can come from one address

/**
 * Counts an attempt before it is made, so that many at once are counted too; one that went well is taken out again.
 * All is the same whether anybody has the address that was given or not.
 * @throws InvalidInput with the code `too-many-attempts` and when to come again; such a refusal isn't counted
 */
export async function countAttempt(portal: Portal, what: Throttled, who: Trier): Promise<Attempt> {
  const now = portal.clock.now()
  return portal.database.transaction([], async (tx) => {
    const attempt = { what, account: accountOf(who.email), ...(await whereFrom(tx, who, now)) }
    const until = await untilThereIsRoom(tx, attempt, now)
    if (until <= now.getTime()) {
      await insertAttempt(tx, attempt, now)
      return attempt
    }
    noteEvent(portal, 'excess_rate_limit_exceeded', { what, ip: who.ip })
    throw tooMany(what, until - now.getTime())
  })
}

/** The attempt went well: whoever made it starts afresh. */
export async function forgetAttempts(portal: Portal, attempt: Attempt): Promise<void> {
  await portal.database.transaction([], (tx) => deleteAttempts(tx, attempt))
}

/** The password is another one now: guesses at the old one count no more, wherever they came from. */
export async function forgetGuesses(tx: Transaction, email: string): Promise<void> {
  await deleteAttemptsAt(tx, accountOf(email))
}

/** Forgets attempts that count no more, and addresses of those of which only the network counts still. */
export async function forgetOldAttempts(tx: Transaction, now: Date): Promise<void> {
  await deleteAttemptsBefore(tx, before(now, TOGETHER.ms))
  await forgetAddressesBefore(tx, before(now, ADDRESS.ms))
}

async function whereFrom(
  tx: Transaction,
  { email, ip, browser, isSignedIn }: Trier,
  now: Date,
): Promise<Pick<Attempt, 'by' | 'isKnown' | 'address'>> {
  if (isSignedIn) return { by: 'session', isKnown: true, address: null }
  const known = browser === undefined ? undefined : await recogniseBrowser(tx, browser, email, now)
  if (known !== undefined) return { by: `browser ${known}`, isKnown: true, address: null }
  const { network, address } = originOf(ip)
  return { by: `network ${network}`, isKnown: false, address }
}

/** @returns the time, in milliseconds, from which on there is room under every limit */
async function untilThereIsRoom(tx: Transaction, attempt: Attempt, now: Date): Promise<number> {
  const { what, account, by, isKnown, address } = attempt
  const until = async (together: Together, { most, ms }: typeof ONE) => {
    const at = await selectLastBut(tx, together, { before: most - 1, since: before(now, ms) })
    return at ? at.getTime() + ms : 0
  }
  await lockAttempts(tx, `${what} account ${account}`)
  const all = [await until({ what, account, by }, ONE)]
  // When there are too many failures altogether, people wait or ask for a link by mail, so everybody may have one link.
  if (isGuess(what))
    all.push(await until(isKnown ? { what, account, by } : { what, account, isKnown }, TOGETHER))
  if (address !== null) {
    await lockAttempts(tx, `${what} address ${address}`)
    all.push(await until({ what, address }, ADDRESS))
  }
  return Math.max(...all)
}

function tooMany(what: Throttled, ms: number): InvalidInput {
  const orElse = isGuess(what)
    ? ', or get a link by e-mail with “I have forgotten my password” and set a new one'
    : ''
  return new InvalidInput(
    `There were too many attempts. Wait ${inWords(ms)} and try again${orElse}. Nothing was changed.`,
    { code: 'too-many-attempts', retryAfter: Math.ceil(ms / 1_000) },
  )
}

function isGuess(what: string): boolean {
  return what === 'sign-in' || what === 'second-factor'
}

function inWords(ms: number): string {
  const minutes = Math.ceil(ms / MINUTE_MS)
  if (minutes <= 90) return minutes === 1 ? '1 minute' : `${minutes} minutes`
  const hours = Math.ceil(minutes / 60)
  return hours <= 48 ? `${hours} hours` : `${Math.ceil(hours / 24)} days`
}

function before(now: Date, ms: number): Date {
  return new Date(now.getTime() - ms)
}

// It is hashed, since what somebody typed may be anything, of any length.
function accountOf(email: string): string {
  return createHash('sha256').update(emailKey(email)).digest('hex')
}
