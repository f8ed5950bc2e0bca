import { createHash, randomBytes } from 'node:crypto'
import type { Portal } from '../portal.ts'
import { keepSetting } from './store.ts'

/** What a session, a token or a link is known by to its holder: 32 random bytes as 43 characters. */
export function makeSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What the database keeps of a secret. It has 256 bits, so a plain hash can't be searched. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** The key that forms are signed with: SESSION_SECRET, or one made at the first start and kept. */
export async function sessionSecret(portal: Portal): Promise<string> {
  if (portal.config.sessionSecret) return portal.config.sessionSecret
  return portal.database.transaction([], (tx) => keepSetting(tx, 'session-secret', makeSecret()))
}
