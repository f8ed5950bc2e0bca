import { expect, test } from 'vitest'
import { isAccessible, type Person, person } from '../support/browser.ts'
import { makeActor, makeOrganisation } from '../support/portal.ts'
import { givePassword } from '../support/serving.ts'
import { aTrustWith } from '../support/trust.ts'
import { create, csv } from '../support/upload.ts'

const HEADINGS = 'LocalID,FirstName,LastName,Mobile'
const trust = aTrustWith(csv(HEADINGS, '01,Jane,Smith,07700 900001'), async (portal, first) => {
  const second = await makeOrganisation(portal, 'RY2')
  const both = await makeActor(portal, 'both@trust.example', 'local-administrator', first, second)
  await givePassword(portal, both)
  await create(portal, both, 'RY2', csv(HEADINGS, '01,Omar,Khan,07700 900002'))
})

const fileOf = (job: string) =>
  csv('OrganisationCode,LocalID,JobTitle', `RY2,01,${job}`, '', `RX1,01,${job}`, 'RX1,99,Nobody')

test.each([
  ['with script', {}, 'Sister'],
  ['without script at 320 px', { javaScriptEnabled: false, viewport: { width: 320, height: 800 } }, 'Matron'],
])(
  'one file for two organisations is confirmed with one press, and comes back whole: %s',
  async (_how, options, job) => {
    const bo = await person(trust.browser, trust.muster.url, options)
    await bo.signsIn('both@trust.example')
    await bo.goesTo('/uploads/new?organisation=RX1')
    await bo.page.getByLabel('The organisations named in the file').check()
    await bo.page
      .getByLabel('Select a file')
      .setInputFiles({ name: 'both.csv', mimeType: 'text/csv', buffer: Buffer.from(fileOf(job)) })
    await bo.clicks('Check this file')
    await bo.waitsFor('This file is about 2 organisations.')
    await comesTo(bo, 'Update 2 accounts in 2 organisations')
    await isAccessible(bo, 'the parts of a file')
    await bo.doesNotSee('Download the whole file')
    await bo.clicks('Update 2 accounts in 2 organisations')
    await bo.sees('Confirmed for 2 organisations.')
    await comesTo(bo, 'Download the whole file')
    await isAccessible(bo, 'the parts of a file that have ended')
    const whole = await bo.downloads(/^Download the whole file/)
    expect(whole.name).toBe('both results of all.csv')
    expect(whole.text.split('\r\n').map((line) => line.replace(/(Updated|Failed),.*$/, '$1'))).toEqual([
      '\ufeffOrganisationCode,LocalID,JobTitle,Result,ResultDetail,AccountID,EmailAddress',
      `RY2,01,${job},Updated`,
      '',
      `RX1,01,${job},Updated`,
      'RX1,99,Nobody,Failed',
      '',
    ])
    expect(bo.complaints).toEqual([])
    await bo.closes()
  },
)

/** The parts are checked and applied one by one: the page is opened anew until it says so. */
async function comesTo(who: Person, words: string): Promise<void> {
  for (const until = Date.now() + 60_000; Date.now() < until; await who.page.reload())
    if ((await who.page.locator('main').getByText(words).count()) > 0) return
  throw new Error(`waited in vain for ${words}`)
}
