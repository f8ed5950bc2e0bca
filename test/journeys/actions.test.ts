import type { Browser } from 'playwright-core'
import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../../proofs/support/open-browser.ts'
import { makeAccount } from '../support/account.ts'
import { isAccessible, type Person, person } from '../support/browser.ts'
import { makeActor, makeOrganisation } from '../support/portal.ts'
import { givePassword, type Serving, serving } from '../support/serving.ts'

let portal: Serving
let browser: Browser

beforeAll(async () => {
  portal = await serving(async (seeded) => {
    const own = await makeOrganisation(seeded, 'RX1')
    const ann = await makeActor(seeded, 'ann@rx1.example', 'local-administrator', own)
    await givePassword(seeded, ann)
    await givePassword(seeded, await makeActor(seeded, 'hal@rx1.example', 'local-helpdesk', own))
    const names = ['Jane Smith', 'Omar Khan', 'Mia Lee', 'Piotr Nowak', 'Ada Okafor', 'Sian Jones']
    for (const [at, name] of names.entries()) {
      const [firstName = '', lastName = ''] = name.split(' ')
      await makeAccount(seeded, {
        ...{
          organisationId: own,
          updatedBy: ann.administratorId,
          localId: `A${at + 1}`,
          firstName,
          lastName,
        },
        ...{ jobTitle: 'Nurse', status: at === 5 ? 'Leaver' : 'Active' },
      })
    }
  })
  browser = await openBrowser()
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await portal?.[Symbol.asyncDispose]()
})

test('helpdesk’s day: finds somebody, disables them, enables several from a list, and sees no more', {
  timeout: 180_000,
}, async () => {
  const hal = await comes('hal@rx1.example', { javaScriptEnabled: false })
  await hal.goesTo('/accounts?search=khan')
  await hal.clicks(/khan/i)
  await hal.doesNotSee('Mark as leaver')
  await hal.clicks('Disable')
  await hal.sees('1 account will be disabled.')
  await hal.clicks('Disable 1 account')
  await hal.waitsFor('1 account disabled.')
  expect(await statuses()).toMatchObject({ A2: 'Disabled' })

  await hal.goesTo('/accounts/by-local-id')
  await hal.page.getByLabel('Enable').check()
  await hal.page.getByLabel('Local IDs').fill('A1\nA2\nA6\nB7')
  await hal.clicks('See who is found')
  await hal.sees('1 account will be enabled.')
  await hal.sees(/2 can’t be, and are left out\./)
  await hal.clicks('Enable 1 account')
  await hal.waitsFor('1 account enabled.')
  expect(await statuses()).toMatchObject({ A1: 'Active', A2: 'Active', A6: 'Leaver' })

  await hal.goesTo('/changes')
  await hal.sees('Enable accounts')
  for (const path of ['/uploads', '/uploads/new', '/accounts/new']) {
    await hal.goesTo(path)
    await hal.sees('Your role does not allow it')
  }
  await hal.closes()
})

test('several are changed at once, looked at wide and narrow, and taken back', {
  timeout: 180_000,
}, async () => {
  const ann = await comes('ann@rx1.example')
  await ann.goesTo('/accounts/by-local-id')
  await isAccessible(ann, 'a list of local IDs')
  await ann.page.getByLabel('Mark as leaver').check()
  await ann.clicks('See who is found')
  await ann.sees('Paste local IDs, or select a file')
  await isAccessible(ann, 'a list that is empty')
  await ann.page.getByLabel('Change a field').check()
  await ann.page.getByLabel('Local IDs').fill('A1, A3, A4, A6, B9')
  await ann.clicks('See who is found')
  await ann.sees('Which field?')
  await isAccessible(ann, 'the choice of a field')
  await ann.clicks('Continue')
  await ann.sees('Choose the field to change')
  await ann.page.getByLabel('Job title').check()
  await ann.clicks('Continue')
  await isAccessible(ann, 'the new value')
  await ann.clicks('See what would change')
  await ann.sees('Enter the new value')
  await isAccessible(ann, 'no new value')
  await ann.page.getByLabel('New value').fill('Staff nurse')
  await ann.clicks('See what would change')
  await ann.sees('3 accounts will have their Job title changed to “Staff nurse”.')
  await isAccessible(ann, 'the plan of an action')
  await ann.clicks(/Can’t be done \(2\)/)
  await ann.sees('Nobody in this organisation has the local ID “B9”')
  await isAccessible(ann, 'who can’t be')
  await ann.clicks('Change 3 accounts')
  await ann.waitsFor('3 accounts changed.')
  await isAccessible(ann, 'an action that has ended')
  expect(await jobTitles()).toEqual({ 'Staff nurse': 3, Nurse: 3 })
  await ann.clicks('Take this back')
  await ann.waitsFor('3 accounts go back to what they were.')
  await ann.clicks('Take back 3 accounts')
  await ann.waitsFor('3 accounts went back to what they were.')
  expect(await jobTitles()).toEqual({ Nurse: 6 })
  await ann.goesTo('/accounts?search=smith')
  await ann.clicks(/smith/i)
  await ann.sees('Change Job title to “Staff nurse”')
  await isAccessible(ann, 'an account with its actions')
  expect(ann.complaints).toEqual([])
  await ann.closes()
})

async function comes(email: string, options: { javaScriptEnabled?: boolean } = {}): Promise<Person> {
  const who = await person(browser, portal.url, options)
  await who.signsIn(email)
  return who
}

async function statuses(): Promise<Record<string, string>> {
  const rows = await portal.portal.database.transaction('everything', (tx) =>
    tx.rows<{ id: string; status: string }>(sql`select local_id as id, status from account`),
  )
  return Object.fromEntries(rows.map(({ id, status }) => [id, status]))
}

async function jobTitles(): Promise<Record<string, number>> {
  const rows = await portal.portal.database.transaction('everything', (tx) =>
    tx.rows<{ job: string; count: number }>(
      sql`select job_title as job, count(*) as count from account group by 1`,
    ),
  )
  return Object.fromEntries(rows.map(({ job, count }) => [job, count]))
}
