import { expect, test } from 'vitest'
import { isAccessible, person } from '../support/browser.ts'
import { PASSWORD } from '../support/serving.ts'
import { aTrustWith } from '../support/trust.ts'
import { csv, somebody } from '../support/upload.ts'

const trust = aTrustWith(
  csv('LocalID,FirstName,LastName,Mobile', ...[1, 2].map((n) => `A${n},${somebody(n)}`)),
)

test('what was typed when the session ended is sent after signing in again', {
  timeout: 120_000,
}, async () => {
  const ann = await person(trust.browser, trust.muster.url)
  await ann.signsIn('ann@trust.example')
  await ann.goesTo('/transfers/new')
  await ann.page.getByLabel('Their local IDs').fill('A1\nA2')
  await ann.page.context().clearCookies({ name: /session/ })
  await ann.clicks('Continue')
  await ann.sees('What you sent was not carried out.')
  await isAccessible(ann, 'signed out')
  const [tab] = await Promise.all([
    ann.page.context().waitForEvent('page'),
    ann.page.getByRole('link', { name: 'Sign in, in a new tab' }).click(),
  ])
  await tab.getByLabel('E-mail address').fill('ann@trust.example')
  await tab.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await tab.getByRole('button', { name: 'Sign in', exact: true }).click()
  await tab.getByText('Sign out').waitFor({ state: 'attached' })
  await ann.page.bringToFront() // as a person goes back to the tab; one behind another doesn't follow its width
  await ann.clicks('I am signed in: go on')
  await ann.sees('What you typed is still here. You are signed in as')
  await isAccessible(ann, 'what is sent again')
  await ann.clicks('Send it now')
  await ann.sees('Transfer 2 people')
  expect(ann.complaints).toEqual([])
  await ann.closes()
})
