import { createHash, randomBytes } from 'node:crypto'

/** What a session, a token or a link is known by to its holder: 32 random bytes as 43 characters. */
export function makeSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What the database keeps of a secret. It has 256 bits, so a plain hash can't be searched. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
