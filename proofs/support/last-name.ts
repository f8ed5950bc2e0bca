import { createHash } from 'node:crypto'

/** A last name of somebody's own, like nobody else's: people whose names differ in one sign may be one person. */
export function lastNameOf(whose: string): string {
  const digest = createHash('sha256').update(whose).digest()
  return Array.from(digest.subarray(0, 16), (byte) => String.fromCharCode(97 + (byte % 26))).join('')
}
