import { createHmac, timingSafeEqual } from 'node:crypto'

/** The codes of an authenticator app, as RFC 6238 has them: six digits, new every half minute, by HMAC-SHA-1. */

/** As long as a hash of SHA-1: RFC 4226 recommends it. */
export const SECRET_BYTES = 20

const STEP_MS = 30_000
const DIGITS = 6

/** A telephone's clock may be wrong by a half minute, and a code may take as long to be typed. */
const STEPS_AROUND = [0, -1, 1]

/** The half minute whose code this is, if it is one of about now. */
export function stepOfCode(secret: Buffer, code: string, now: Date): number | undefined {
  const current = stepAt(now)
  return STEPS_AROUND.map((around) => current + around).find((step) => isSame(codeAt(secret, step), code))
}

/** The number of the half minute since 1970. */
export function stepAt(now: Date): number {
  return Math.floor(now.getTime() / STEP_MS)
}

export function codeAt(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const hash = createHmac('sha1', secret).update(counter).digest()
  const offset = (hash.at(-1) as number) & 0x0f
  const number = (hash.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** DIGITS
  return String(number).padStart(DIGITS, '0')
}

/** What the app reads from the picture. */
export function appAddress(secret: Buffer, { email, host }: { email: string; host: string }): string {
  const issuer = `Muster (${host})`
  const words = new URLSearchParams({ secret: inLetters(secret), issuer }).toString().replaceAll('+', '%20')
  return `otpauth://totp/${encodeURIComponent(`${issuer}:${email}`)}?${words}`
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The secret as it is typed: base32 of RFC 4648, five bits a letter. Its bits must be a multiple of five. */
export function inLetters(secret: Buffer): string {
  const bits = [...secret].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{5}/g) ?? []).map((five) => LETTERS[Number.parseInt(five, 2)]).join('')
}

function isSame(code: string, given: string): boolean {
  return code.length === given.length && timingSafeEqual(Buffer.from(code), Buffer.from(given))
}
