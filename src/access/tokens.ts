import { NotFound } from '../errors.ts'
import type { Portal } from '../portal.ts'
import { hashSecret, makeSecret } from '../secret.ts'
import type { Actor } from './actor.ts'
import { loadActor } from './administrators.ts'
import { emailKey } from './email.ts'
import { findAdministrator, findToken, insertToken, noteTokenUse } from './store.ts'

const PREFIX = 'muster_' // so that programs that look for leaked secrets know one
const NOTED_EVERY_MS = 60_000

/**
 * Makes a token with which programs act for an administrator.
 * @returns the token: it is shown this once, and only its hash is kept
 * @throws NotFound when there is no such administrator
 */
export async function createToken(portal: Portal, email: string): Promise<string> {
  const token = PREFIX + makeSecret()
  await portal.database.transaction([], async (tx) => {
    const administrator = await findAdministrator(tx, { emailKey: emailKey(email) })
    if (!administrator)
      throw new NotFound(
        `There is no administrator with the address ${email}. Add one with "muster administrator add".`,
      )
    await insertToken(tx, hashSecret(token), administrator.id, portal.clock.now())
    portal.log.info({ event: 'authn_token_created', administrator: administrator.id }, 'token made')
  })
  return token
}

/** For whom the token acts, with their roles as they are now; null when it is no token (any more). */
export async function actorForToken(portal: Portal, token: string): Promise<Actor | null> {
  if (!token.startsWith(PREFIX)) return null
  const hash = hashSecret(token)
  const now = portal.clock.now()
  return portal.database.transaction([], async (tx) => {
    const found = await findToken(tx, hash)
    const actor = found ? await loadActor(tx, found.administratorId) : null
    if (found && actor && now.getTime() - (found.lastUsedAt?.getTime() ?? 0) > NOTED_EVERY_MS)
      await noteTokenUse(tx, hash, now)
    return actor
  })
}
