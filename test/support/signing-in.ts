import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { findSession } from '../../src/access/sessions.ts'
import type { Portal } from '../../src/portal.ts'
import { type Account, answersThere, openProvider, type TestProvider } from './identity-provider.ts'
import { makeActor, makeOrganisation, testPortal } from './portal.ts'
import { type Browser, type Page, type Pages, testPages } from './web.ts'

/** Where a portal that isn't served is, for its providers. */
export const HERE = 'http://127.0.0.1:3000'

/** The address that the sign-in page leads to, for the first provider. */
export const START = '/sign-in/with/trust'

export type SigningIn = {
  trust: TestProvider
  /** One that is otherwise in whatever can be otherwise. */
  other: TestProvider
  portal: Portal
  pages: Pages
  organisation: number
  /** The events that the portal has logged. */
  events: Record<string, unknown>[]
  /** Moves the portal's clock on. */
  waits(ms: number): void
  /** An administrator who has an account at the first provider too; each test has its own. */
  somebody(account?: Account): Promise<{ sub: string; email: string; actor: Actor }>
}

/** For a file of tests: a portal with two providers that sign people in; closed when the file is done. */
export function aPortalWithProviders(): SigningIn {
  const given = { events: [] as SigningIn['events'] } as SigningIn
  let later = 0
  let people = 0
  given.waits = (ms) => {
    later += ms
  }
  given.somebody = async (account = {}) => {
    people += 1
    const sub = `sub-${people}`
    const email = `person${people}@trust.example`
    given.trust.accounts[sub] = { email, email_verified: true, ...account }
    const actor = await makeActor(given.portal, email, 'local-administrator', given.organisation)
    return { sub, email, actor }
  }
  beforeAll(async () => {
    given.trust = await openProvider(HERE)
    given.other = await openProvider(HERE, {
      id: 'other',
      name: 'Other Login',
      trustEmail: true,
      clientAuthentication: 'basic',
      secondFactorAcr: ['urn:one'],
      withoutLeaving: true,
    })
    const portal = await testPortal({ oidcProviders: [given.trust.setting, given.other.setting] })
    portal.clock = { now: () => new Date(Date.now() + later) }
    const log = (entry: Record<string, unknown>) => given.events.push(entry)
    portal.log = Object.assign(Object.create(portal.log), { info: log, warn: log })
    given.portal = portal
    given.pages = await testPages(portal)
    given.organisation = await makeOrganisation(portal, 'RX1')
  })
  beforeEach(() => {
    for (const { faults } of [given.trust, given.other])
      for (const fault of Object.keys(faults)) delete faults[fault as keyof typeof faults]
  })
  afterAll(async () => {
    await given.pages[Symbol.asyncDispose]()
    await given.portal[Symbol.asyncDispose]()
    await given.trust[Symbol.asyncDispose]()
    await given.other[Symbol.asyncDispose]()
  })
  return given
}

/** Where the link of the sign-in page sends the browser. */
export async function leaves(browser: Browser, path = START): Promise<string> {
  const page = await browser.get(path)
  return String(page.redirects.at(-1)?.location)
}

/** Goes there by the link, signs in as somebody there, and comes back. */
export async function signsIn(browser: Browser, sub: string, path = START): Promise<Page> {
  return browser.get(await answersThere(await leaves(browser, path), sub))
}

export function sessionOf({ portal }: SigningIn, browser: Browser) {
  return findSession(portal, browser.cookies.get('muster-session') as string)
}
