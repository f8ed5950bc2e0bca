import { expect, test } from 'vitest'
import { isAccessible, type Person, person } from '../support/browser.ts'
import { makeActor } from '../support/portal.ts'
import { givePassword, PASSWORD } from '../support/serving.ts'
import { aTrustWith } from '../support/trust.ts'
import { csv } from '../support/upload.ts'

const trust = aTrustWith(
  csv('LocalID,FirstName,LastName,Mobile', '0001,Jane,Smith,07700 900001'),
  async (portal) => {
    const { config } = portal
    config.publicUrl = config.publicUrl.replace('127.0.0.1', 'localhost') // passkeys are bound to a name
    await givePassword(portal, await makeActor(portal, 'grace@trust.example', 'global-administrator'))
  },
  { secondFactorRoles: ['global-administrator'] },
)

/** The browser has a security key plugged in, which is touched at once. */
async function plugsInKey({ page }: Person): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'usb', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
}

async function givesPassword(who: Person) {
  await who.goesTo('/sign-in')
  await who.page.getByLabel('E-mail address').fill('grace@trust.example')
  await who.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await who.clicks('Sign in')
}

test('a passkey is made in place of an app, and lets in', {
  timeout: 300_000,
}, async () => {
  const grace = await person(trust.browser, trust.muster.portal.config.publicUrl)
  await plugsInKey(grace)
  await givesPassword(grace)
  await grace.clicks('add a passkey')
  await isAccessible(grace, 'a new passkey')
  await grace.clicks('Make the passkey')
  await grace.sees('Give it a name')
  await isAccessible(grace, 'a passkey without a name')
  await grace.page.getByLabel('What do you call it?').fill('Blue key')
  await grace.clicks('Make the passkey')
  await grace.sees('Keep your recovery codes')
  await grace.clicks('I have kept them: go on')
  await grace.sees('What do you want to do?')
  await grace.signsOut()

  await givesPassword(grace)
  await grace.sees('Show that it is you')
  await isAccessible(grace, 'a passkey asked for')
  await grace.clicks('Use a passkey')
  await grace.sees('What do you want to do?')
  expect(grace.complaints).toEqual([])
  await grace.closes()
})
