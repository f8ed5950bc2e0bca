import { expect, test } from 'vitest'
import { isAccessible, type Person, person, tabsTo } from '../support/browser.ts'
import { makeActor } from '../support/portal.ts'
import { codeOf } from '../support/second-factor.ts'
import { givePassword, PASSWORD } from '../support/serving.ts'
import { aTrustWith } from '../support/trust.ts'
import { csv } from '../support/upload.ts'
import { WAYS } from './ways.ts'

const trust = aTrustWith(
  csv('LocalID,FirstName,LastName,Mobile', '0001,Jane,Smith,07700 900001'),
  async (portal) => {
    portal.clock = { now: () => new Date(Date.now() + later) }
    for (const name of ['one', 'two', 'keys'])
      await givePassword(portal, await makeActor(portal, `${name}@trust.example`, 'global-administrator'))
  },
  { secondFactorRoles: ['global-administrator'] },
)

let later = 0

/** What the app shows half a minute later, so that it is another code each time. */
function nextCode(key: string): string {
  later += 30_000
  return codeOf(key, new Date(Date.now() + later))
}

async function givesPassword(who: Person, email: string) {
  await who.goesTo('/sign-in')
  await who.page.getByLabel('E-mail address').fill(email)
  await who.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await who.clicks('Sign in')
}

test.each(WAYS)(
  '%s: an app is set up, then its code lets in, and a recovery code',
  {
    timeout: 300_000,
  },
  async (_way, { name, options }) => {
    const grace = await person(trust.browser, trust.muster.url, options)

    await givesPassword(grace, `${name}@trust.example`)
    await grace.sees('Your role needs a second factor')
    await isAccessible(grace, 'an app to be set up')
    const key = (await grace.page.locator('#key').textContent()) ?? ''
    await grace.page.getByLabel('Code from the app').fill('12')
    await grace.clicks('Add this app')
    await grace.sees('There is a problem')
    await isAccessible(grace, 'a wrong code of a new app')
    await grace.page.getByLabel('Code from the app').fill(nextCode(key))
    await grace.clicks('Add this app')
    await grace.sees('Keep your recovery codes')
    await isAccessible(grace, 'recovery codes')
    const [recoveryCode = ''] = await grace.page.locator('.muster-codes code').allInnerTexts()
    await grace.clicks('I have kept them: go on')
    await grace.sees('What do you want to do?')
    await grace.goesTo('/ways-to-sign-in')
    await isAccessible(grace, 'ways to sign in')
    await grace.signsOut()

    await givesPassword(grace, `${name}@trust.example`)
    await grace.sees('Show that it is you')
    await isAccessible(grace, 'the second factor')
    await grace.page.getByLabel('Code from your authenticator app').fill('000000')
    await grace.clicks('Sign in')
    await grace.sees('There is a problem')
    await isAccessible(grace, 'a wrong code')
    await grace.page.getByLabel('Code from your authenticator app').fill(nextCode(key))
    await grace.clicks('Sign in')
    await grace.sees('What do you want to do?')
    await grace.signsOut()

    await givesPassword(grace, `${name}@trust.example`)
    await grace.page.getByText('I can’t use my second factor').click()
    await grace.page.getByLabel('Recovery code').fill(recoveryCode)
    await grace.clicks('Sign in with this recovery code')
    await grace.sees('What do you want to do?')

    later += 16 * 60_000
    await grace.goesTo('/organisation/administrators/new?of=all')
    await grace.page.getByLabel('E-mail address').fill(`new-${name}@trust.example`)
    await grace.page.getByLabel('Global Administrator').check()
    await grace.clicks('Send the invitation')
    await grace.sees('Confirm that it is you')
    await isAccessible(grace, 'confirm that it is you')
    await grace.page.getByLabel('Your password').fill(PASSWORD)
    await grace.clicks('Confirm')
    await grace.sees(`new-${name}@trust.example is invited as Global Administrator.`)
    expect(grace.complaints).toEqual([])
    await grace.closes()
  },
)

test('with the keyboard alone: set up, signed out, and in again', { timeout: 120_000 }, async () => {
  const grace = await person(trust.browser, trust.muster.url)
  const { keyboard } = grace.page
  await givesPassword(grace, 'keys@trust.example')
  const key = (await grace.page.locator('#key').textContent()) ?? ''
  await tabsTo(grace, /^Code from the app/)
  await keyboard.type(nextCode(key))
  await keyboard.press('Enter')
  await grace.sees('Keep your recovery codes')
  await tabsTo(grace, /^I have kept them/)
  await keyboard.press('Enter')
  await grace.sees('What do you want to do?')
  await tabsTo(grace, /^Sign out/)
  await keyboard.press('Enter')
  await grace.page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await givesPassword(grace, 'keys@trust.example')
  await grace.sees('Show that it is you')
  await tabsTo(grace, /^Code from your authenticator app/)
  await keyboard.type(nextCode(key))
  await keyboard.press('Enter')
  await grace.sees('What do you want to do?')
  await grace.closes()
})
