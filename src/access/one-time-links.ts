import type { Transaction } from '../database/open.ts'
import type { Portal } from '../portal.ts'
import { hashSecret, makeSecret } from './secret.ts'
import { type Administrator, findAdministrator, findLink, insertLink } from './store.ts'

const HOUR_MS = 3600_000
const LASTS_MS = { 'forgotten-password': HOUR_MS, 'first-sign-in': 7 * 24 * HOUR_MS }

/** @returns the address to set a password at, to be handed to its administrator; it works once, until it ends */
export async function makeLink(
  tx: Transaction,
  portal: Portal,
  administratorId: number,
  why: keyof typeof LASTS_MS,
): Promise<string> {
  const secret = makeSecret()
  const ends = new Date(portal.clock.now().getTime() + LASTS_MS[why])
  await insertLink(tx, hashSecret(secret), administratorId, ends)
  return `${portal.config.publicUrl}/password/set?link=${secret}`
}

/** Whose link it is, without using it up: programs that read mail open links too. Null when it works no more. */
export function linkHolder(portal: Portal, secret: string): Promise<Administrator | null> {
  return portal.database.transaction([], async (tx) => {
    const link = await findLink(tx, hashSecret(secret), portal.clock.now())
    return (link && (await findAdministrator(tx, { id: link.administratorId }))) ?? null
  })
}
