import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { Portal } from '../../portal.ts'
import { sessionSecret } from '../session-secret.ts'

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Encrypts what must be read again, and can't be kept as a hash: the secret of an authenticator app.
 * @param about whose it is and what for: it can be read for nothing else
 */
export async function seal(portal: Portal, secret: Buffer, about: string): Promise<Buffer> {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, await keyOf(portal), nonce).setAAD(Buffer.from(about))
  const encrypted = Buffer.concat([cipher.update(secret), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), encrypted])
}

/** What was sealed; null where it was changed, is about something else, or was sealed with another SESSION_SECRET. */
export async function unseal(portal: Portal, sealed: Buffer, about: string): Promise<Buffer | null> {
  const [nonce, rest] = [sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES)]
  if (rest.length <= TAG_BYTES) return null
  const decipher = createDecipheriv(CIPHER, await keyOf(portal), nonce, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(about))
    .setAuthTag(rest.subarray(0, TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(rest.subarray(TAG_BYTES)), decipher.final()])
  } catch {
    return null
  }
}

async function keyOf(portal: Portal): Promise<Buffer> {
  return Buffer.from(hkdfSync('sha256', await sessionSecret(portal), '', 'second factors', 32))
}
