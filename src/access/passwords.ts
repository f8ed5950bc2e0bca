import { hash, verify } from '@node-rs/argon2'
import { InvalidInput } from '../errors.ts'
import { COMMON_WORDS } from './common-words.ts'
import { isLeaked } from './leaked-passwords.ts'

const SHORTEST = 10
const LONGEST = 256

// argon2id; the strength that OWASP's cheat sheet on storing passwords names. About 20 ms.
const STRENGTH = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), STRENGTH)
}

/**
 * Whether this is the password. It takes as long where there is none (nobody has that address, or they have set no
 * password yet), so that the time tells nothing.
 */
export async function isPassword(passwordHash: string | null, password: string): Promise<boolean> {
  nobodysHash ??= hashPassword(crypto.randomUUID())
  const right = await verify(
    passwordHash ?? (await nobodysHash),
    password.slice(0, LONGEST + 1).normalize('NFC'),
  )
  return right && passwordHash !== null
}

let nobodysHash: Promise<string> | undefined

/**
 * Refuses what would be guessed early: too short, among the most common, or made of the person's own address. What
 * it is made of is otherwise left to the person.
 * @throws InvalidInput on the field `password`
 */
export function refuseWeakPassword(password: string, owner: { email: string }): void {
  const length = [...password].length
  if (length === 0) throw weak('Enter a password.')
  if (length < SHORTEST)
    throw weak(
      `The password has ${length} ${length === 1 ? 'character' : 'characters'}. Use at least ${SHORTEST}: three words that don’t belong together are good.`,
    )
  if (length > LONGEST) throw weak(`The password has ${length} characters. Use at most ${LONGEST}.`)
  if (isCommon(password))
    throw weak(
      'This password is among those that are guessed first. Use another: three words that don’t belong together are good.',
    )
  if (isOwn(password, owner.email)) throw weak('The password is made of your e-mail address. Use another.')
}

function weak(message: string): InvalidInput {
  return new InvalidInput(message, { field: 'password', code: 'weak-password' })
}

function isCommon(password: string): boolean {
  const folded = password.normalize('NFKC').toLowerCase()
  if (new Set(folded).size <= 2 || isRun(folded) || isLeaked(folded)) return true
  // Welcome2026!, Pa55w0rd!!, 123password: a common word with digits and signs around it is no better.
  const word = plainLetters(
    folded.replace(/^[^\p{L}]+/u, '').replace(/(?<![\d\p{P}\p{S}\s])[\d\p{P}\p{S}\s]+$/u, ''),
  )
  return COMMON_WORDS.has(word)
}

const LOOKALIKES: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
}

function plainLetters(text: string): string {
  return [...text].map((character) => LOOKALIKES[character] ?? character).join('')
}

// 1234567890, abcdefghijk, 9876543210: each character is the next one, or the one before.
function isRun(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) as number)
  return [1, -1].some((step) =>
    codes.every(
      (code, at) =>
        at === 0 || code - (codes[at - 1] as number) === step || (code === 48 && codes[at - 1] === 57),
    ),
  )
}

function isOwn(password: string, email: string): boolean {
  const bare = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
  const withoutDigits = bare(password).replace(/(?<!\d)\d+$/, '')
  return [email, email.split('@')[0] as string].some((own) =>
    [bare(password), withoutDigits].includes(bare(own)),
  )
}
