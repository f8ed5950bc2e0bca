import { expect, test } from 'vitest'
import { isAccessible, person } from '../support/browser.ts'
import { makeActor } from '../support/portal.ts'
import { givePassword } from '../support/serving.ts'
import { aTrustWith } from '../support/trust.ts'
import { csv } from '../support/upload.ts'

const trust = aTrustWith(
  csv('LocalID,FirstName,LastName,Mobile', '0001,Jane,Smith,07700 900001'),
  async (portal, organisation) => {
    const pat = await makeActor(portal, 'pat@trust.example', 'primary-local-administrator', organisation)
    await givePassword(portal, pat)
  },
)

const NEW_PASSWORD = 'correct plum wagon'

test('a colleague is invited and signs in; their role is ended meanwhile, and the audit log tells all', {
  timeout: 180_000,
}, async () => {
  const { browser, muster } = trust
  const pat = await person(browser, muster.url)
  await pat.signsIn('pat@trust.example')
  await pat.clicks('Organisation')
  await pat.clicks('Administrators')
  await pat.clicks('Invite someone')
  await pat.page.getByLabel('E-mail address').fill('jo@trust.example')
  await pat.page.getByLabel('Name (optional)').fill('Jo Smith')
  await pat.page.getByLabel('Local Administrator', { exact: true }).check()
  await isAccessible(pat, 'the invitation')
  await pat.clicks('Send the invitation')
  await pat.sees('jo@trust.example is invited as Local Administrator.')
  await isAccessible(pat, 'the administrators')

  await expect.poll(() => linkTo('jo@trust.example'), { timeout: 20_000 }).toBeDefined()
  const jo = await person(browser, muster.url)
  await jo.page.goto(linkTo('jo@trust.example') as string)
  await jo.page.getByLabel('New password').fill(NEW_PASSWORD)
  await jo.clicks('Set this password')
  await jo.sees('Your password is set. Sign in with it.')
  await jo.page.getByLabel('E-mail address').fill('jo@trust.example')
  await jo.page.getByLabel('Password', { exact: true }).fill(NEW_PASSWORD)
  await jo.clicks('Sign in')
  await jo.page.getByText('Sign out').waitFor({ state: 'attached' })
  await jo.goesTo('/accounts')
  await jo.sees('SMITH, Jane')

  await pat.goesTo('/organisation/administrators')
  await pat.clicks('Jo Smith')
  await isAccessible(pat, 'an administrator')
  await pat.clicks(/End this role/)
  await pat.sees('Jo Smith has no role in RX1 any more.')
  await jo.goesTo('/accounts')
  await jo.page.getByRole('heading', { name: 'Sign in' }).waitFor()

  await pat.clicks('Audit log')
  for (const words of [/Role taken away: Jo Smith/, /Password set: Jo Smith/, /Role given: Jo Smith/])
    await pat.sees(words)
  await isAccessible(pat, 'the audit log')
  await pat.clicks('API tokens')
  await pat.clicks('Make a token')
  await pat.page.getByLabel('What is it for?').fill('Nightly export')
  await isAccessible(pat, 'a new token')
  await pat.clicks('Make the token')
  await pat.sees(/muster_/)
  await isAccessible(pat, 'a token that is made')
  await pat.goesTo('/organisation/tokens')
  await isAccessible(pat, 'the tokens')
  await pat.goesTo('/sessions')
  await isAccessible(pat, 'the sessions')
  expect([...pat.complaints, ...jo.complaints]).toEqual([])
  await pat.closes()
  await jo.closes()
})

function linkTo(address: string): string | undefined {
  const mail = trust.muster.smtp.accepted.find(({ to }) => [to].flat()[0]?.text === address)
  return /http:\/\/\S+\/password\/set\?link=[\w-]+/.exec(mail?.text ?? '')?.[0]
}
