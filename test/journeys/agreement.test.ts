import { expect, test } from 'vitest'
import { isAccessible, type Person, person, tabsTo } from '../support/browser.ts'
import { makeActor } from '../support/portal.ts'
import { givePassword, PASSWORD } from '../support/serving.ts'
import { aTrustWith } from '../support/trust.ts'
import { csv, somebody } from '../support/upload.ts'
import { WAYS } from './ways.ts'

const PEOPLE = 60

const numbers = Array.from({ length: PEOPLE }, (_, n) => n)
const people = numbers.map((n) => `A${n},${somebody(n)},Notes,Ward`)
const trust = aTrustWith(
  csv('LocalID,FirstName,LastName,Mobile,Description,Department', ...people),
  async (portal, organisation) => {
    await givePassword(
      portal,
      await makeActor(portal, 'bo@trust.example', 'local-administrator', organisation),
    )
  },
)

/** A file that empties a field of everybody: another one each time, so that no journey waits for the other. */
function emptying(heading: string): string {
  return csv(`LocalID,${heading}`, ...numbers.map((n) => `A${n},[clear]`))
}

test.each(WAYS)(
  'a risky file is held until a second administrator agrees, %s',
  { timeout: 300_000 },
  async (_, { options, isScripted }) => {
    const ann = await person(trust.browser, trust.muster.url, options)
    await ann.signsIn('ann@trust.example')
    await ann.sendsFile({ name: 'emptied.csv', content: emptying(isScripted ? 'Description' : 'Department') })
    await ann.waitsFor('60 accounts have a field emptied (the limit is 50).')
    await ann.sees('Can agree: bo@trust.example.')
    await isAccessible(ann, 'what is held')
    await ann.clicks(/^Ask for agreement: Update 60 accounts/)
    await ann.sees('They have been asked, and nothing is changed until they do.')
    const path = new URL(ann.page.url()).pathname

    const bo = await person(trust.browser, trust.muster.url, options)
    await signsInByKeyboard(bo)
    await bo.sees('waiting for your agreement: 60 accounts to change')
    await tabsTo(bo, /emptied\.csv/)
    await bo.page.keyboard.press('Enter')
    await bo.page.waitForURL((url) => url.pathname === path)
    await bo.sees('Will be updated (60)')
    await isAccessible(bo, 'what is asked')
    await tabsTo(bo, /^Decline$/)
    await bo.page.keyboard.press('Enter')
    await bo.sees('Say why you decline')
    await tabsTo(bo, /^Agree$/)
    await bo.page.keyboard.press('Enter')
    await bo.waitsFor('60 accounts updated')
    await ann.goesTo(path)
    await ann.waitsFor('60 accounts updated')
    await ann.sees(/bo@trust\.example agreed on/)
    expect([...ann.complaints, ...bo.complaints]).toEqual([])
    await ann.closes()
    await bo.closes()
  },
)

async function signsInByKeyboard(bo: Person): Promise<void> {
  await bo.goesTo('/')
  await tabsTo(bo, /E-mail address/)
  await bo.page.keyboard.type('bo@trust.example')
  await tabsTo(bo, /^Password/)
  await bo.page.keyboard.type(PASSWORD)
  await bo.page.keyboard.press('Enter')
  await bo.sees('What do you want to do?')
}
