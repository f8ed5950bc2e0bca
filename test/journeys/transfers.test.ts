import { expect, test } from 'vitest'
import { makeAccount } from '../support/account.ts'
import { isAccessible, person, tabsTo } from '../support/browser.ts'
import { makeActor, makeOrganisation } from '../support/portal.ts'
import { givePassword } from '../support/serving.ts'
import { aTrustWith } from '../support/trust.ts'
import { csv, somebody } from '../support/upload.ts'

const people = Array.from({ length: 60 }, (_, n) => `A${n},${somebody(n)}`)
const trust = aTrustWith(
  csv('LocalID,FirstName,LastName,Mobile', ...people),
  async (portal, organisation, ann) => {
    const other = await makeOrganisation(portal, 'ZN1', {
      sites: [{ code: 'N', name: 'North House' }],
      units: [],
    })
    for (const [email, ...organisations] of [
      ['bo@trust.example', organisation, other],
      ['zoe@north.example', other],
    ] as const)
      await givePassword(portal, await makeActor(portal, email, 'local-administrator', ...organisations))
    for (const localId of ['A40', 'taken']) {
      const updatedBy = ann.administratorId
      await makeAccount(portal, {
        organisationId: other,
        updatedBy,
        firstName: 'Li',
        lastName: 'Ash',
        localId,
      })
    }
  },
)

test('three people are selected and transferred by who has rights on both sides', {
  timeout: 120_000,
}, async () => {
  const bo = await person(trust.browser, trust.muster.url)
  await bo.signsIn('bo@trust.example')
  await bo.goesTo('/accounts?sort=localId')
  for (let n = 0; n < 3; n++)
    await bo.page
      .getByLabel(/^Select DOE/)
      .nth(n)
      .check()
  await bo.clicks('Transfer')
  await bo.sees('Transfer 3 people')
  await isAccessible(bo, 'where to')
  await bo.page.getByLabel('To which organisation?').selectOption('ZN1')
  await bo.clicks('Continue')
  await bo.page.getByLabel('Site').selectOption('North House')
  await bo.clicks('Check this transfer')
  await bo.waitsFor('3 people will move to ZN1 Trust (ZN1).')
  await isAccessible(bo, 'the preview')
  await bo.clicks(/Transfer 3 people/)
  await bo.waitsFor('3 people moved.')
  expect(bo.complaints).toEqual([])
  await bo.closes()
})

test('with the keyboard alone, at 320 pixels: people are transferred by their local IDs', {
  timeout: 120_000,
}, async () => {
  const bo = await person(trust.browser, trust.muster.url, { viewport: { width: 320, height: 800 } })
  const { keyboard } = bo.page
  await bo.signsIn('bo@trust.example')
  await bo.goesTo('/transfers/new')
  await tabsTo(bo, /^Their local IDs/)
  await keyboard.type('A50\nA51')
  await tabsTo(bo, /^Continue/)
  await keyboard.press('Enter')
  await bo.sees('Transfer 2 people')
  await tabsTo(bo, /^To which organisation/)
  await keyboard.type('ZN1')
  await tabsTo(bo, /^Continue/)
  await keyboard.press('Enter')
  await bo.page.getByLabel('Site').waitFor()
  await tabsTo(bo, /^Site/)
  await keyboard.type('North')
  await tabsTo(bo, /^Check this transfer/)
  await keyboard.press('Enter')
  await bo.waitsFor('2 people will move to ZN1 Trust (ZN1).')
  await tabsTo(bo, /^Transfer 2 people/)
  await keyboard.press('Enter')
  await bo.waitsFor('2 people moved.')
  expect(bo.complaints).toEqual([])
  await bo.closes()
})

test('asked by who has rights on one side, accepted in part by the other, results on both', {
  timeout: 120_000,
}, async () => {
  const ann = await person(trust.browser, trust.muster.url)
  await ann.signsIn('ann@trust.example')
  await ann.goesTo('/transfers/new')
  await ann.page.getByLabel('Their local IDs').fill('A40\nA41')
  await ann.clicks('Continue')
  await ann.page.getByLabel('Or another one, by its code').fill('zn1')
  await ann.clicks('Continue')
  await ann.sees('its administrators will be asked')
  await ann.clicks('Check this transfer')
  await ann.waitsFor('2 people will move to ZN1 Trust (ZN1).')
  await ann.clicks(/^Ask for agreement: Transfer 2 people/)
  await ann.sees('Waiting for another person’s agreement')
  const path = new URL(ann.page.url()).pathname

  const zoe = await person(trust.browser, trust.muster.url)
  await zoe.signsIn('zoe@north.example')
  await zoe.goesTo(path)
  await zoe.sees('2 people will move to ZN1 Trust (ZN1).')
  await isAccessible(zoe, 'what is asked')
  await zoe.page.getByLabel('Their site at ZN1 Trust').selectOption('North House')
  await zoe.page.getByLabel(/^New local ID of DOE/).fill('taken')
  await zoe.clicks('Agree')
  await zoe.sees('The local ID “taken” is taken at ZN1 Trust (ZN1).')
  expect(await zoe.page.getByLabel('Their site at ZN1 Trust').inputValue()).toBe('North House')
  await isAccessible(zoe, 'what is wrong with the answer')
  await zoe.page.getByLabel(/^New local ID of DOE/).fill('Z-40')
  await zoe.page
    .getByLabel(/^Leave out/)
    .nth(1)
    .check()
  await zoe.page.getByLabel('Reason').fill('We have no post for them.')
  await zoe.clicks('Agree')
  await zoe.waitsFor('1 person moved.')
  await ann.goesTo(path)
  await ann.waitsFor('1 person moved.')
  await ann.sees('They chose the site “North House”, no unit and 1 other local ID than was proposed.')
  expect([...ann.complaints, ...zoe.complaints]).toEqual([])
  await ann.closes()
  await zoe.closes()
})
