import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../../proofs/support/open-browser.ts'
import { addAdministrator } from '../../src/access/administrators.ts'
import { setBreakGlass } from '../../src/access/break-glass.ts'
import { findFreePort } from '../../src/database/embedded-server.ts'
import { isAccessible, type Person, person } from '../support/browser.ts'
import { openProvider, type TestProvider } from '../support/identity-provider.ts'
import { makeActor, makeOrganisation } from '../support/portal.ts'
import { givePassword, PASSWORD, type Serving, serving } from '../support/serving.ts'
import { WAYS } from './ways.ts'

let provider: TestProvider
let muster: Serving
let browser: Browser

beforeAll(async () => {
  browser = await openBrowser()
  const port = await findFreePort()
  const publicUrl = `http://127.0.0.1:${port}`
  provider = await openProvider(publicUrl)
  muster = await serving(
    async (portal) => {
      const organisation = await makeOrganisation(portal, 'RX1')
      await givePassword(portal, await makeActor(portal, 'grace@trust.example', 'global-administrator'))
      await givePassword(
        portal,
        await makeActor(portal, 'ann@trust.example', 'local-administrator', organisation),
      )
      await setBreakGlass(portal, 'grace@trust.example', true)
    },
    { port, publicUrl, oidcProviders: [provider.setting] },
  )
})

afterAll(async () => {
  await browser?.close()
  await muster?.[Symbol.asyncDispose]()
  await provider?.[Symbol.asyncDispose]()
})

test.each(WAYS)(
  '%s, somebody who is invited signs in at another system, out, and in again',
  {
    timeout: 180_000,
  },
  async (_, { name, options }) => {
    const email = `jo-${name}@trust.example`
    await addAdministrator(muster.portal, { email, role: 'local-administrator', organisationCode: 'RX1' })
    await expect.poll(() => linkTo(email), { timeout: 20_000 }).toBeDefined()
    const jo = await someone(options)
    await jo.page.goto(linkTo(email) as string)
    await isAccessible(jo, 'the invitation')
    await jo.clicks('Sign in with Trust Login')
    await saysThere(jo, `jo-${name}`)
    await jo.page.getByText('RX1 Trust (RX1)').waitFor({ state: 'attached' })

    await jo.signsOut()
    await jo.sees('At Trust Login you may still be signed in')
    await isAccessible(jo, 'signed out here alone')
    await jo.clicks('Sign in with Trust Login')
    await jo.page.getByText('RX1 Trust (RX1)').waitFor({ state: 'attached' })

    await jo.signsOut()
    await jo.clicks('Sign out of Trust Login too')
    await jo.page.getByRole('button', { name: 'Yes, sign me out' }).click()
    await jo.page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await jo.doesNotSee('you may still be signed in')
    await jo.goesTo('/sessions')
    await jo.clicks('Sign in with Trust Login')
    await saysThere(jo, `jo-${name}`)
    await jo.sees('Where else you sign in')
    await isAccessible(jo, 'sessions, and the other system')
    expect(complaintsOf(jo)).toEqual([])
    await jo.closes()
  },
)

test.each(WAYS)(
  '%s, whoever is unknown, or doesn’t agree, stays outside and reads what to do',
  {
    timeout: 120_000,
  },
  async (_, { name, options }) => {
    provider.accounts[`stranger-${name}`] = { email: 'stranger@trust.example', email_verified: true }
    const stranger = await someone(options)
    await stranger.goesTo('/sign-in')
    await stranger.clicks('Sign in with Trust Login')
    await stranger.page.getByRole('button', { name: 'I don’t agree' }).click()
    await stranger.sees('Trust Login says that you stopped')
    await isAccessible(stranger, 'not agreed')
    await stranger.clicks('Go to the sign-in page')
    await stranger.clicks('Sign in with Trust Login')
    await saysThere(stranger, `stranger-${name}`)
    await stranger.sees('Muster knows nobody by it.')
    await isAccessible(stranger, 'unknown')
    await stranger.goesTo('/accounts')
    await stranger.page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(complaintsOf(stranger)).toEqual([])
    await stranger.closes()
  },
)

test('where passwords are switched off, those for emergencies still come in, and it is told', {
  timeout: 120_000,
}, async () => {
  muster.portal.config.localSignIn = 'off'
  const [ann, grace] = [await someone(), await someone()]
  await entersInEmergency(ann, 'ann@trust.example')
  await ann.sees(/or you are not one of the few/)
  await isAccessible(ann, 'emergency sign-in with errors')
  await entersInEmergency(grace, 'grace@trust.example')
  await grace.page.getByText('Sign out').waitFor({ state: 'attached' })
  await grace.goesTo('/organisation/audit-log?of=all')
  await grace.page.locator('table').getByText('Emergency sign-in used').first().waitFor()
  const told = () =>
    muster.smtp.accepted.filter(({ subject }) => subject === 'An emergency sign-in to Muster').length
  await expect.poll(told, { timeout: 20_000 }).toBe(1)
  expect([...complaintsOf(ann), ...complaintsOf(grace)]).toEqual([])
  await ann.closes()
  await grace.closes()
})

async function entersInEmergency(who: Person, email: string): Promise<void> {
  await who.goesTo('/sign-in')
  expect(await who.page.getByLabel('Password', { exact: true }).count()).toBe(0)
  await isAccessible(who, 'sign-in without passwords')
  await who.clicks('Sign in in an emergency')
  await who.sees('all Global Administrators are told')
  await isAccessible(who, 'emergency sign-in')
  await who.page.getByLabel('E-mail address').fill(email)
  await who.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await who.page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

function someone(options: BrowserContextOptions = {}): Promise<Person> {
  return person(browser, muster.url, options)
}

/** Says at the other system who one is. */
async function saysThere({ page }: Person, login: string): Promise<void> {
  await page.getByLabel('Who are you?').fill(login)
  await page.getByRole('button', { name: 'Go on' }).click()
}

/** Of what a browser asked elsewhere, the other system is meant. */
function complaintsOf({ complaints }: Person): string[] {
  return complaints.filter((complaint) => !complaint.startsWith(`asked ${provider.issuer}`))
}

function linkTo(address: string): string | undefined {
  const mail = muster.smtp.accepted.find(({ to }) => [to].flat()[0]?.text === address)
  return /http:\/\/\S+\/password\/set\?link=[\w-]+/.exec(mail?.text ?? '')?.[0]
}
