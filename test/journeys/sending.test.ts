import { expect, test } from 'vitest'
import { isAccessible, person } from '../support/browser.ts'
import { aTrustWith } from '../support/trust.ts'
import { csv, somebody } from '../support/upload.ts'

const trust = aTrustWith(csv('LocalID,FirstName,LastName,Mobile', `0001,${somebody(1)}`))

/** Bytes a second: what is sent takes some seconds. */
const SLOW = 200_000

test('of a large file the page shows how much has gone, and what is wrong with it', {
  timeout: 240_000,
}, async () => {
  const ann = await person(trust.browser, trust.muster.url)
  await ann.signsIn('ann@trust.example')
  const line = await ann.page.context().newCDPSession(ann.page)
  const at = (uploadThroughput: number) =>
    line.send('Network.emulateNetworkConditions', {
      ...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput },
    })
  const choose = async (content: Buffer) => {
    await ann.goesTo('/uploads/new')
    await ann.page
      .getByLabel('Select a file')
      .setInputFiles({ name: 'all.csv', mimeType: 'text/csv', buffer: content })
  }
  const rows = csv(
    'LocalID,JobTitle,Notes',
    ...Array.from({ length: 30_000 }, (_row, at) => `${at},Porter,${'x'.repeat(60)}`),
  )

  // While it is sent there is no time to look at all of it.
  await ann.goesTo('/uploads/new')
  await ann.page.evaluate("document.querySelector('[data-send] .muster-progress').hidden = false")
  await isAccessible(ann, 'sending')

  await choose(Buffer.from(rows))
  await at(SLOW)
  await ann.clicks('Check this file')
  await ann.sees(/^\d\.\d of 2\.\d MB sent$/)
  await ann.page
    .getByRole('status')
    .getByText(/^\d\d % sent$/)
    .first()
    .waitFor({ state: 'attached' })
  await ann.page.waitForURL(/\/uploads\/\d+$/, { timeout: 120_000 })

  await at(-1)
  await choose(Buffer.alloc(2_000_000))
  await ann.clicks('Check this file')
  await ann.sees('There is a problem')
  await ann.sees(/^.*is not text|.*no text|.*spreadsheet/i)
  await isAccessible(ann, 'sent in vain')
  expect(ann.complaints).toEqual([])

  await choose(Buffer.from(rows))
  await ann.page.route('**/uploads', (route) => route.abort())
  await ann.clicks('Check this file')
  await ann.sees(/^The file didn’t arrive: .* Send it again\.$/)
  await ann.closes()
})
