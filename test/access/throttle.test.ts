import sql from 'sql-template-tag'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addAdministrator } from '../../src/access/administrators.ts'
import { forgottenPassword, mailLinks } from '../../src/access/forgotten-password.ts'
import { rememberBrowser } from '../../src/access/known-browsers.ts'
import { findSession, startSession } from '../../src/access/sessions.ts'
import { changePassword, setPasswordByLink } from '../../src/access/set-password.ts'
import { signIn } from '../../src/access/sign-in.ts'
import { forgetOldAttempts } from '../../src/access/throttle.ts'
import { actorForToken, createToken } from '../../src/access/tokens.ts'
import { disableAdministrator, enableAdministrator, endSessionsOf } from '../../src/access/withdrawal.ts'
import type { Portal } from '../../src/portal.ts'
import { askForLink, secretForNewestMail, secretOf } from '../support/link.ts'
import { makeOrganisation, testPortal } from '../support/portal.ts'
import { noting } from '../support/statements.ts'

const PASSWORD = 'correct plum wagon'
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const TOO_MANY = { code: 'too-many-attempts' }
const ELSEWHERE = '203.0.113.9'
const HOME = '192.0.2.1'

let portal: Portal
let later = 0
let email: string
let id: number
let number = 0

beforeAll(async () => {
  portal = await testPortal()
  portal.clock = { now: () => new Date(Date.now() + later) }
  await makeOrganisation(portal, 'RX1')
})

afterAll(() => portal[Symbol.asyncDispose]())

// Everybody is somebody new: no test is held up by another.
beforeEach(async () => {
  email = `jane${++number}@rx1.example`
  ;({ id } = await newcomer(email))
  await portal.database.transaction([], (tx) => tx.run(sql`delete from attempt`))
})

async function newcomer(address: string) {
  const { link } = await addAdministrator(portal, {
    email: address,
    role: 'local-administrator',
    organisationCode: 'RX1',
  })
  return { id: await setPasswordByLink(portal, secretOf(link), PASSWORD) }
}

const right = (ip: string, browser?: string) => signIn(portal, { email, password: PASSWORD, ip, browser })
const guess = (ip: string, browser?: string, at = email) =>
  signIn(portal, { email: at, password: 'a guess at it', ip, browser })

async function guesses(count: number, from: (turn: number) => string, browser?: string) {
  for (let turn = 0; turn < count; turn += 1)
    await expect(guess(from(turn), browser)).rejects.toThrow('is wrong')
}

test.each(['somebody', 'nobody'])('after ten failures %s has to wait five minutes there', async (who) => {
  if (who === 'nobody') email = 'nobody@rx1.example'
  await guesses(10, (turn) => `192.0.2.${turn}`)
  await expect(right('192.0.2.99')).rejects.toMatchObject(TOO_MANY)
  await expect(right('192.0.2.99')).rejects.toThrow('Wait 5 minutes and try again, or get a link by e-mail')
  later += 2 * MINUTE
  await expect(right('192.0.2.99')).rejects.toThrow('Wait 3 minutes')
  later += 3 * MINUTE + 1_000
  if (who === 'somebody') await expect(right('192.0.2.99')).resolves.toBeTruthy()
  else await expect(right('192.0.2.99')).rejects.toThrow('is wrong')
})

test('ten failures elsewhere keep nobody out, neither of another network nor of a browser that is known', async () => {
  const browser = await rememberBrowser(portal, id, undefined)
  await guesses(10, () => ELSEWHERE)
  await expect(right(ELSEWHERE)).rejects.toMatchObject(TOO_MANY)
  await expect(right(HOME)).resolves.toBeTruthy()
  await expect(right(ELSEWHERE, browser)).resolves.toBeTruthy()
})

test('thirty attempts at the same moment are no way around it', async () => {
  const tries = Array.from({ length: 30 }, () => guess(HOME).catch(({ code }) => code))
  expect((await Promise.all(tries)).filter((code) => code !== TOO_MANY.code)).toHaveLength(10)
})

test('success wipes the failures before it, and those of no other network', async () => {
  await guesses(9, () => HOME)
  await guesses(10, () => ELSEWHERE)
  await right(HOME)
  await guesses(9, () => HOME)
  await expect(right(HOME)).resolves.toBeTruthy()
  await expect(right(ELSEWHERE)).rejects.toMatchObject(TOO_MANY)
})

test('one address may fail a hundred times, with whatever accounts; who is known there isn’t counted', async () => {
  const browser = await rememberBrowser(portal, id, undefined)
  await attempts(99, { account: 'others', address: '198.51.100.1', ago: MINUTE })
  await expect(guess('198.51.100.1', undefined, 'first@rx1.example')).rejects.toThrow('is wrong')
  await expect(guess('198.51.100.1', undefined, 'second@rx1.example')).rejects.toMatchObject(TOO_MANY)
  await expect(guess('198.51.100.2', undefined, 'second@rx1.example')).rejects.toThrow('is wrong')
  await expect(right('198.51.100.1', browser)).resolves.toBeTruthy()
})

describe('a hundred failures from anywhere in thirty days', { timeout: 240_000 }, () => {
  test('are the most: then a browser that isn’t known waits or gets a link by mail, and a known one still may', async () => {
    const browser = await rememberBrowser(portal, id, undefined)
    await guesses(100, (turn) => `10.1.${turn}.1`)
    await expect(right(HOME)).rejects.toMatchObject(TOO_MANY)
    await expect(right(HOME)).rejects.toThrow('Wait 30 days')
    later += 29 * DAY
    await expect(right(HOME)).rejects.toMatchObject(TOO_MANY)
    await expect(right(HOME, browser)).resolves.toBeTruthy()
    await askForLink(portal, email)
    await setPasswordByLink(portal, await secretForNewestMail(portal, email), PASSWORD)
    await expect(right(HOME)).resolves.toBeTruthy()
  })

  test('hold for an address that nobody has, in the same words', async () => {
    email = 'nobody-at-all@rx1.example'
    await guesses(100, (turn) => `10.2.${turn}.1`)
    await expect(right(HOME)).rejects.toThrow('Wait 30 days')
  })

  test('hold for one browser too, which then is as any other', async () => {
    const browser = await rememberBrowser(portal, id, undefined)
    for (let turn = 0; turn < 10; turn += 1) {
      await guesses(10, () => HOME, browser)
      await expect(right(HOME, browser)).rejects.toMatchObject(TOO_MANY)
      later += 6 * MINUTE
    }
    await expect(right(HOME, browser)).rejects.toThrow('days and try again')
    await expect(right(HOME)).resolves.toBeTruthy()
  })

  test('are forgotten after that time; addresses, after minutes', async () => {
    await guesses(1, () => HOME)
    later += 6 * MINUTE
    const clean = () => portal.database.transaction([], (tx) => forgetOldAttempts(tx, portal.clock.now()))
    await clean()
    expect(await kept()).toEqual([{ by: 'network 192.0.2.0/24', address: null }])
    later += 30 * DAY
    await clean()
    expect(await kept()).toEqual([])
  })
})

describe('a browser counts as none', () => {
  const unknown = async (browser: string) => {
    await guesses(10, () => ELSEWHERE)
    await expect(right(ELSEWHERE, browser)).rejects.toMatchObject(TOO_MANY)
  }

  test.each(['', 'made-up', 'x'.repeat(10_000), '\u0000'])('whose cookie is made up', (browser) =>
    unknown(browser),
  )

  test('with which only somebody else has signed in', async () => {
    const other = await newcomer(`other${number}@rx1.example`)
    await unknown(await rememberBrowser(portal, other.id, undefined))
  })

  test('with a secret of before: each sign-in gives another, which holds for all who signed in there', async () => {
    const other = await newcomer(`other${number}@rx1.example`)
    const first = await rememberBrowser(portal, id, undefined)
    const second = await rememberBrowser(portal, other.id, first)
    expect(second).not.toBe(first)
    await unknown(first)
    await expect(right(ELSEWHERE, second)).resolves.toBeTruthy()
  })

  test('after a year', async () => {
    const browser = await rememberBrowser(portal, id, undefined)
    later += 366 * DAY
    await unknown(browser)
  })

  test('once the password was set by a link', async () => {
    const browser = await rememberBrowser(portal, id, undefined)
    await askForLink(portal, email)
    await setPasswordByLink(portal, await secretForNewestMail(portal, email), PASSWORD)
    await unknown(browser)
  })

  test('once the password was changed elsewhere', async () => {
    const browser = await rememberBrowser(portal, id, undefined)
    const session = await findSession(portal, await startSession(portal, id))
    const given = { current: PASSWORD, password: 'another plum wagon', ip: HOME }
    await changePassword(portal, session as NonNullable<typeof session>, given)
    await guesses(10, () => ELSEWHERE)
    await expect(guess(ELSEWHERE, browser)).rejects.toMatchObject(TOO_MANY)
  })

  test('once its administrator was disabled, or signed out everywhere', async () => {
    const [one, two] = [
      await rememberBrowser(portal, id, undefined),
      await rememberBrowser(portal, id, undefined),
    ]
    await endSessionsOf(portal, email)
    await unknown(one)
    await disableAdministrator(portal, email)
    await enableAdministrator(portal, email)
    await expect(right(ELSEWHERE, two)).rejects.toMatchObject(TOO_MANY)
  })
})

test('whoever is signed in may change their password, whatever strangers guess', async () => {
  await guesses(10, () => HOME)
  const session = await findSession(portal, await startSession(portal, id))
  const change = (current: string) =>
    changePassword(portal, session as NonNullable<typeof session>, {
      current,
      password: 'another plum wagon',
      ip: HOME,
    })
  for (let turn = 0; turn < 9; turn += 1)
    await expect(change('a guess at it')).rejects.toMatchObject({ field: 'current' })
  await change(PASSWORD)
})

test('a token works on, whatever was guessed', async () => {
  const token = await createToken(portal, email)
  await guesses(10, () => HOME)
  await expect(right(HOME)).rejects.toMatchObject(TOO_MANY)
  expect((await actorForToken(portal, token))?.email).toBe(email)
})

describe('nothing that is done before the answer tells whether somebody has the address', () => {
  const done = async (work: (portal: Portal) => Promise<unknown>) => {
    const statements: string[] = []
    await work(noting(portal, statements)).catch(() => {})
    return statements
  }

  test('of a link that is asked for: the message is written later', async () => {
    const ask = (address: string) => done((noted) => forgottenPassword(noted, { email: address, ip: HOME }))
    const [known, unknown] = [await ask(email), await ask('nobody@rx1.example')]
    expect(known.length).toBeGreaterThan(5)
    expect(unknown).toEqual(known)
    expect(known.join()).not.toMatch(/\badministrator\b|one_time_link|into mail/)
  })

  test('of a sign-in that fails, or has to wait', async () => {
    const fail = (address: string) =>
      done((noted) => signIn(noted, { email: address, password: 'a guess at it', ip: HOME }))
    for (let turn = 0; turn < 12; turn += 1) {
      const [known, unknown] = [await fail(email), await fail('nobody@rx1.example')]
      expect(known.length).toBeGreaterThan(3)
      expect(unknown).toEqual(known)
    }
  })
})

test('links are mailed once in five minutes, and whoever is known isn’t kept from asking', async () => {
  const browser = await rememberBrowser(portal, id, undefined)
  const ask = (ip: string, cookie?: string) => forgottenPassword(portal, { email, ip, browser: cookie })
  for (let turn = 0; turn < 10; turn += 1) await ask(ELSEWHERE)
  await expect(ask(ELSEWHERE)).rejects.toThrow('Wait 5 minutes and try again. Nothing was changed.')
  await ask(HOME)
  await ask(ELSEWHERE, browser)
  await mailLinks(portal)
  expect(await mails()).toBe(1)
  later += 5 * MINUTE + 1_000
  await askForLink(portal, email)
  expect(await mails()).toBe(2)
})

async function mails(): Promise<number> {
  const found = await portal.database.transaction('everything', (tx) =>
    tx.row<{ count: number }>(sql`
      select count(*)::integer as count from mail where to_address = ${email} and subject like 'Set a new%'`),
  )
  return found?.count as number
}

function kept() {
  return portal.database.transaction([], (tx) => tx.rows(sql`select by, address from attempt`))
}

async function attempts(
  count: number,
  { account, address, ago }: { account: string; address: string; ago: number },
): Promise<void> {
  const at = new Date(portal.clock.now().getTime() - ago)
  await portal.database.transaction([], (tx) =>
    tx.run(sql`insert into attempt (what, account, by, is_known, address, at)
      select 'sign-in', ${account}, 'network', false, ${address}, ${at} from generate_series(1, ${count}::integer)`),
  )
}
