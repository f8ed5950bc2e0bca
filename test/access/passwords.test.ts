import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isLeaked } from '../../src/access/leaked-passwords.ts'
import { hashPassword, isPassword, refuseWeakPassword } from '../../src/access/passwords.ts'
import { InvalidInput } from '../../src/errors.ts'
import { root } from '../structure/repository.ts'

const owner = { email: 'jane.smith@rx1.example' }

describe('a password is refused', () => {
  test.each([
    ['', 'Enter a password'],
    ['short', 'has 5 characters'],
    ['ninechars', 'has 9 characters'],
    ['x'.repeat(257), 'Use at most 256'],
    ['1234567890', 'guessed first'],
    ['123456789012', 'guessed first'],
    ['9876543210', 'guessed first'],
    ['abcdefghijk', 'guessed first'],
    ['aaaaaaaaaaaa', 'guessed first'],
    ['Password123!', 'guessed first'],
    ['P@55w0rd2026', 'guessed first'],
    ['Welcome2026!!', 'guessed first'],
    ['1Qaz2Wsx3Edc', 'guessed first'],
    ['Usuckballz1', 'guessed first'],
    ['CorrectHorseBatteryStaple', 'guessed first'],
    ['jane.smith@rx1.example', 'made of your e-mail address'],
    ['JaneSmith2026', 'made of your e-mail address'],
  ])('%s', (password, why) => {
    expect(() => refuseWeakPassword(password, owner)).toThrow(why)
    expect(() => refuseWeakPassword(password, owner)).toThrow(InvalidInput)
  })
})

describe('a password is taken, whatever it is made of', () => {
  test.each([
    'correct plum wagon',
    'gänseblümchenwiese',
    '🦔🦔🐙🐙🌧️🌧️🎺🎺🪟🪟',
    'a b c d e f g h i j',
    `${'x7'.repeat(32)}!`,
    'Smith eats 9 plums',
  ])('%s', (password) => {
    expect(() => refuseWeakPassword(password, owner)).not.toThrow()
  })
})

test('more than 100,000 passwords that have leaked are refused', () => {
  const hashes = readFileSync(join(root, 'src/access/leaked-passwords.bin'))
  expect(hashes.length / 6).toBeGreaterThan(100_000)
  for (const password of ['usuckballz1', 'pianoforte', 'pi31415926', 'welkom112233', 'weliyew_weli1983'])
    expect(isLeaked(password), password).toBe(true)
  expect(isLeaked('correct plum wagon')).toBe(false)
})

test('a hash is argon2id of the named strength, fits its password, and no other', async () => {
  const hash = await hashPassword('correct plum wagon')
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await isPassword(hash, 'correct plum wagon')).toBe(true)
  expect(await isPassword(hash, 'correct plum wagoN')).toBe(false)
})

test('a password typed on another keyboard, its accents in two pieces, is the same', async () => {
  const hash = await hashPassword('caf\u00e9 wagon plum')
  expect(await isPassword(hash, 'cafe\u0301 wagon plum')).toBe(true)
})

test('where there is no password, none fits, and the answer takes work too', async () => {
  const hash = await hashPassword('correct plum wagon')
  await isPassword(null, 'warm up')
  const [some, none] = [
    await leastWork(() => isPassword(hash, 'wrong')),
    await leastWork(() => isPassword(null, 'wrong')),
  ]
  expect(await isPassword(null, 'wrong')).toBe(false)
  // An answer without any would take a thousandth; what else the processor does at the time halves or doubles it.
  expect(none).toBeGreaterThan(some / 20)
})

async function leastWork(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let turn = 0; turn < 5; turn += 1) {
    const began = process.cpuUsage() // of the processor, which others on the machine don't change
    await work()
    times.push(process.cpuUsage(began).user)
  }
  return Math.min(...times)
}
