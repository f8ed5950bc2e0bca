import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { seedDemo } from '../../src/demo/seed.ts'
import { findAccounts } from '../../src/directory/find-accounts.ts'
import { isAccessible, openBrowser, type Person, person } from '../support/browser.ts'
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

test('a file is sent, applied, taken back, and that is taken back', { timeout: 180_000 }, async () => {
  const jo = await signedIn()
  const before = await jobTitles()
  await jo.sendsFile({ name: FILE, content: await readFile(join('examples', FILE)) })
  await jo.waitsFor('Nothing has been changed yet.')
  await jo.clicks(/^Upload \d+ changes$/)
  await jo.waitsFor('Download results')
  const after = await jobTitles()
  expect(after).not.toEqual(before)

  await isAccessible(jo, 'an upload that can be taken back')
  await jo.clicks('Take this back')
  await jo.waitsFor(/accounts go back to what they were/)
  await isAccessible(jo, 'the plan of an undo')
  expect(await jobTitles()).toEqual(after)
  await jo.clicks(/^Take back \d+ accounts$/)
  await jo.waitsFor(/accounts updated\./)
  expect(await jobTitles()).toEqual(before)
  await isAccessible(jo, 'what was taken back')

  await jo.clicks('Take this back')
  await jo.waitsFor(/accounts go back to what they were/)
  await jo.clicks(/^Take back \d+ accounts$/)
  await jo.waitsFor(/accounts updated\./)
  expect(await jobTitles()).toEqual(after)
  await jo.goesTo('/changes')
  await jo.sees(/Taken back by/)
  await isAccessible(jo, 'the list of changes')
  expect(jo.complaints).toEqual([])
  await jo.closes()
})

async function signedIn(): Promise<Person> {
  const someone = await person(browser, portal.url, { javaScriptEnabled: true })
  await someone.goesTo('/sign-in')
  await someone.page.getByLabel('E-mail address').fill(email)
  await someone.page.getByLabel('Password', { exact: true }).fill(password)
  await someone.clicks('Sign in')
  await someone.page.getByText('Sign out').waitFor()
  return someone
}

async function jobTitles(): Promise<(string | null)[]> {
  const { accounts } = await findAccounts(portal.portal, everyone, { limit: 1000, organisationCode: 'ZN1' })
  return accounts.map(({ jobTitle }) => jobTitle)
}
