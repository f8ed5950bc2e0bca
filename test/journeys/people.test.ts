import { expect, test } from 'vitest'
import { isAccessible, person, tabsTo } from '../support/browser.ts'
import { aTrustWith } from '../support/trust.ts'
import { csv, somebody } from '../support/upload.ts'

const people = Array.from({ length: 60 }, (_, n) => `A${n},${somebody(n)}`)
const trust = aTrustWith(csv('LocalID,FirstName,LastName,Mobile', ...people))

test('three people are selected and disabled with the keyboard alone', { timeout: 120_000 }, async () => {
  const ann = await person(trust.browser, trust.muster.url)
  await ann.signsIn('ann@trust.example')
  await ann.goesTo('/accounts?sort=localId')
  for (let n = 0; n < 3; n++) {
    await tabsTo(ann, /^Select DOE/)
    await ann.page.keyboard.press('Space')
  }
  await ann.sees('3 selected:')
  await isAccessible(ann, 'the list with three selected')
  await tabsTo(ann, /^Disable$/)
  await ann.page.keyboard.press('Enter')
  await ann.sees('3 accounts will be disabled.')
  await ann.page.goBack()
  await ann.sees('3 selected:')
  await ann.page.getByLabel('All 60 that match').check()
  await ann.sees('60 selected:')
  expect(await ann.page.getByLabel('Select all on this page').isDisabled()).toBe(true)
  expect(ann.complaints).toEqual([])
  await ann.closes()
})

test('without script, at 320 pixels: some of a search are disabled, and the way back leads to it', {
  timeout: 120_000,
}, async () => {
  const ann = await person(trust.browser, trust.muster.url, {
    javaScriptEnabled: false,
    viewport: { width: 320, height: 700 },
  })
  await ann.signsIn('ann@trust.example')
  await ann.goesTo('/accounts')
  await ann.page.getByRole('searchbox').fill('jog')
  await ann.page.getByRole('button', { name: 'Search' }).click()
  await ann.sees('1 person found')
  await ann.page.getByRole('link', { name: /^DOEG/ }).click()
  await ann.sees('Account ID')
  await ann.page.getByLabel('Back').getByRole('link', { name: 'People' }).click()
  await ann.sees('1 person found')
  await ann.clicks('Select all on this page')
  await ann.clicks('Disable')
  await ann.waitsFor('1 account will be disabled.')
  await ann.closes()
})
