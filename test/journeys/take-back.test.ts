import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../../proofs/support/open-browser.ts'
import type { Actor } from '../../src/access/actor.ts'
import { seedDemo } from '../../src/demo/seed.ts'
import type { Account } from '../../src/directory/account.ts'
import { findAccounts } from '../../src/directory/find-accounts.ts'
import { isAccessible, type Person, person } from '../support/browser.ts'
import { makeActor } from '../support/portal.ts'
import { type Serving, serving } from '../support/serving.ts'

const FILE = 'update-staff.csv'

let portal: Serving
let browser: Browser
let everyone: Actor
let email = ''
let password = ''

beforeAll(async () => {
  portal = await serving(async (seeded) => {
    const demo = await seedDemo(seeded)
    everyone = await makeActor(seeded, 'all@x.example', 'global-administrator')
    const sam = demo?.signIns[0]
    email = sam?.email ?? ''
    password = sam?.password ?? ''
  })
  browser = await openBrowser()
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await portal?.[Symbol.asyncDispose]()
})

test('a person is edited, a file sent, applied, taken back, and that is taken back', {
  timeout: 300_000,
}, async () => {
  const jo = await signedIn()
  await jo.goesTo('/accounts')
  await jo.page.locator('.muster-people tbody a').first().click()
  await jo.clicks(/^Change\s+Department$/)
  await jo.page.getByLabel('Department').fill('Ward of the edit')
  await jo.clicks('Save')
  await jo.sees('Saved.')
  await jo.sees('Ward of the edit')
  await isAccessible(jo, 'an account that was edited')
  const before = await jobTitles()
  await jo.sendsFile({ name: FILE, content: await readFile(join('examples', FILE)) })
  await jo.waitsFor('Nothing has been changed yet.')
  await jo.clicks(/^Update \d+ accounts$/)
  await jo.waitsFor('Download results')
  const after = await jobTitles()
  expect(after).not.toEqual(before)

  await isAccessible(jo, 'an upload that can be taken back')
  await jo.clicks('Take this back')
  await jo.waitsFor(/accounts go back to what they were/)
  await isAccessible(jo, 'the plan of an undo')
  expect(await jobTitles()).toEqual(after)
  await jo.clicks(/^Take back \d+ accounts$/)
  await jo.waitsFor(/accounts went back to what they were\./)
  expect(await jobTitles()).toEqual(before)
  await isAccessible(jo, 'what was taken back')

  await jo.clicks('Take this back')
  await jo.waitsFor(/accounts go back to what they were/)
  await jo.clicks(/^Take back \d+ accounts$/)
  await jo.waitsFor(/accounts went back to what they were\./)
  expect(await jobTitles()).toEqual(after)
  await jo.goesTo('/changes')
  await jo.sees(/Taken back by/)
  await isAccessible(jo, 'the list of changes')
  expect(jo.complaints).toEqual([])
  await jo.closes()
})

test('some accounts and one field are taken back, by keyboard on a narrow screen', {
  timeout: 120_000,
}, async () => {
  const jo = await signedIn()
  await jo.page.setViewportSize({ width: 320, height: 640 })
  const ids = (await everybody()).flatMap(({ localId, status }) =>
    localId && status === 'Active' ? localId : [],
  )
  const rows = ids.slice(0, 40).map((id) => `${id},Stand-in,Night Staff`)
  await jo.sendsFile({
    name: 'night.csv',
    content: ['LocalID,JobTitle,Department', ...rows, ''].join('\r\n'),
  })
  await jo.waitsFor('Nothing has been changed yet.')
  await jo.clicks(/^Update 40 accounts$/)
  await jo.waitsFor('Download results')
  const after = await everybody()

  await jo.clicks('choose some accounts or fields')
  await jo.sees('Take back some of night.csv')
  await isAccessible(jo, 'the choice of what goes back')
  await presses(jo, 'Department', 'Space')
  await presses(jo, /^Row 3 /, 'Space')
  await presses(jo, 'Next rows', 'Enter')
  await jo.sees('1 account ticked on other pages.')
  expect(await jo.page.getByLabel('Department').isChecked()).toBe(true)
  await presses(jo, /^Row 30 /, 'Space')
  await isAccessible(jo, 'the second page of the choice')
  await presses(jo, 'Take back what is ticked', 'Enter')
  await jo.waitsFor('2 accounts go back to what they were.')
  await jo.sees('Of it, 2 rows and the field Department.')
  await isAccessible(jo, 'the plan of an undo of a part')
  await presses(jo, /^Take back 2 accounts$/, 'Enter')
  await jo.waitsFor('2 accounts went back to what they were.')
  const now = new Map((await everybody()).map((account) => [account.id, account]))
  const back = after.filter(({ id, department }) => now.get(id)?.department !== department)
  expect(back.map(({ localId }) => localId).sort()).toEqual([ids[1], ids[28]].sort())
  expect((await jo.downloads('Download results')).text).toContain(',Department,Night Staff,')
  expect(jo.complaints).toEqual([])
  await jo.closes()
})

/** Presses a key on a control, as who came there by Tab. */
async function presses({ page }: Person, name: string | RegExp, key: string): Promise<void> {
  const control = page.getByRole('checkbox', { name }).or(page.getByRole('button', { name })).first()
  await control.focus()
  await page.keyboard.press(key)
}

async function signedIn(): Promise<Person> {
  const someone = await person(browser, portal.url, { javaScriptEnabled: true })
  await someone.goesTo('/sign-in')
  await someone.page.getByLabel('E-mail address').fill(email)
  await someone.page.getByLabel('Password', { exact: true }).fill(password)
  await someone.clicks('Sign in')
  await someone.page.getByText('Sign out').waitFor({ state: 'attached' })
  return someone
}

async function jobTitles(): Promise<(string | null)[]> {
  return (await everybody()).map(({ jobTitle }) => jobTitle)
}

async function everybody(): Promise<Account[]> {
  const wanted = { limit: 1000, organisationCode: 'ZN1' }
  return (await findAccounts(portal.portal, everyone, wanted)).accounts
}
