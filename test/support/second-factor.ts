import { codeAt, stepAt } from '../../src/access/second-factor/app-codes.ts'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** An authenticator app: what it is given as key, in letters, and the code that it shows then. */
export function codeOf(key: string, now = new Date()): string {
  return codeAt(secretIn(key), stepAt(now))
}

/** The bytes that the letters of a key stand for. */
export function secretIn(key: string): Buffer {
  const bits = [...key.replace(/\s/g, '')]
    .map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from((bits.match(/.{8}/g) as string[]).map((byte) => Number.parseInt(byte, 2)))
}
