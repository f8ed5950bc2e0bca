import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { planAction } from '../../src/actions/plan.ts'
import { applyChangeSet } from '../../src/changes/apply/apply.ts'
import type { AccountStatus } from '../../src/directory/account.ts'
import { findAccount } from '../../src/directory/find-accounts.ts'
import type { Portal } from '../../src/portal.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { type Browser, type Page, type Pages, testPages } from '../support/web.ts'

let portal: Portal
let pages: Pages
let gill: Actor
let ann: Browser
let hal: Browser
let aud: Browser
let organisationId: number
const id: Record<string, number> = {}

beforeAll(async () => {
  portal = await testPortal()
  pages = await testPages(portal)
  organisationId = await makeOrganisation(portal, 'RX1')
  gill = await makeActor(portal, 'gill@x.example', 'global-administrator')
  const as = async (name: string, role: Parameters<typeof makeActor>[2]) =>
    pages.signedIn(await makeActor(portal, `${name}@rx1.example`, role, organisationId))
  ann = await as('ann', 'local-administrator')
  hal = await as('hal', 'local-helpdesk')
  aud = await as('aud', 'auditor')
  for (const [localId, firstName, status] of [
    ['A1', 'Jane', 'Active'],
    ['A2', 'Omar', 'Active'],
    ['A3', 'Mia', 'Leaver'],
  ] as const)
    id[localId] = await makeAccount(portal, {
      ...{ organisationId, updatedBy: gill.administratorId, localId, firstName, lastName: 'Doe' },
      status: status as AccountStatus,
    })
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

test('an account’s page offers what its status and the reader’s role allow', async () => {
  const offered = async (browser: Browser, account: string) =>
    [...(await browser.get(`/accounts/${id[account]}`)).html.matchAll(/name="do" value="(\w+)"/g)].map(
      ([, action]) => action,
    )
  expect(await offered(ann, 'A1')).toEqual(['disable', 'leaver', 'transfer'])
  expect(await offered(ann, 'A3')).toEqual(['restore'])
  expect(await offered(hal, 'A1')).toEqual(['disable'])
  expect(await offered(hal, 'A3')).toEqual([])
  expect(await offered(aud, 'A1')).toEqual([])
  expect(await offered(await pages.signedIn(gill), 'A1')).toEqual(['disable', 'leaver', 'delete', 'transfer'])
})

test('helpdesk disables somebody from their page: looked at, done, told in the words of the action, taken back', async () => {
  await hal.get(`/accounts/${id.A1}`)
  const plan = await hal.submit('/accounts/selected', { account: String(id.A1), do: 'disable' })
  expect(plan.text).toContain('Disable: Jane Doe')
  expect(plan.text).toContain('1 account will be disabled. Nothing has been changed yet.')
  expect(plan.text).toContain('Disable 1 account')
  expect(plan.text).toContain('Status from Active → to Disabled')
  await hal.submit(`${plan.url}/confirmation`)
  await apply(plan)
  const done = await hal.get(plan.url)
  expect(done.text).toContain('1 account disabled.')
  expect(done.text).toContain('Take this back')
  expect((await hal.get(`${plan.url}/results.csv`)).html).toContain('Status,Active,Disabled,Updated')
  expect((await hal.get('/changes')).text).toContain('Disable: Jane Doe')
  const account = await hal.get(`/accounts/${id.A1}`)
  expect(account.text).toContain('by “Disable accounts”')
  expect(account.html).toContain(`href="${plan.url}"`)
  expect((await hal.submit(`${plan.url}/undo`)).text).toContain('Taking back “Disable: Jane Doe”')
})

test('of several who are ticked, who can’t be is told with why', async () => {
  await ann.get('/accounts')
  const account = [id.A2, id.A3].map(String)
  const plan = await ann.submit('/accounts/selected', { account, do: 'leaver' })
  expect(plan.text).toContain('1 person will be marked as a leaver. 1 is so already.')
  const other = await ann.submit('/accounts/selected', { account, do: 'disable' })
  expect(other.text).toContain('1 account will be disabled. 1 can’t be, and is left out.')
  expect((await ann.get(`${other.url}?show=error`)).text).toContain('If they are back, restore the account')
})

test('all that match is planned from the list’s own fields', async () => {
  await ann.get('/accounts')
  const begun = await ann.submit('/accounts/selected', { all: 'yes', search: 'omar', do: 'disable' })
  expect(begun.text).toContain('It is being worked out what would change.')
  await planAction(portal, { data: { changeSetId: numberOf(begun), organisationId } })
  expect((await ann.get(begun.url)).text).toContain('1 account will be disabled.')
})

test('one field is set to one value, which is asked for first', async () => {
  await ann.get('/accounts')
  const account = [id.A1, id.A2].map(String)
  const form = await ann.submit('/accounts/selected', { account, do: 'set' })
  expect(form.text).toContain('Which field?')
  expect(form.text).toContain('2 people selected.')
  const ask = { account, do: 'set', step: 'value' }
  const wrong = await ann.submit('/accounts/selected', {
    ...ask,
    field: 'title',
    value: 'x'.repeat(36),
  })
  expect(wrong).toMatchObject({ status: 400 })
  expect(wrong.text).toContain('at most 35 are allowed')
  expect(wrong.html).toContain(`name="account" value="${id.A2}"`)
  expect((await ann.submit('/accounts/selected', { ...ask, step: 'field' })).text).toContain(
    'Choose the field to change',
  )
  const value = await ann.submit('/accounts/selected', { ...ask, step: 'field', field: 'site' })
  expect(value.text).toContain('Change Site')
  expect(value.text).toContain('Choose a site Main Hospital Riverside Clinic')
  expect((await ann.submit('/accounts/selected', { ...ask, field: 'jobTitle' })).text).toContain(
    'Enter the new value, or tick “Empty the field”',
  )
  expect(
    (await ann.submit('/accounts/selected', { ...ask, field: 'hideMobile', empty: 'yes' })).text,
  ).toContain('Choose Yes or No')
  const plan = await ann.submit('/accounts/selected', {
    ...ask,
    field: 'jobTitle',
    value: 'Nurse',
  })
  expect(plan.text).toContain('2 accounts will have their Job title changed to “Nurse”.')
  expect(plan.text).toContain('Change 2 accounts')
  await ann.submit(`${plan.url}/confirmation`)
  await apply(plan)
  expect(await findAccount(portal, gill, id.A2 as number)).toMatchObject({ jobTitle: 'Nurse' })
  const emptied = await ann.submit('/accounts/selected', { ...ask, field: 'jobTitle', empty: 'yes' })
  expect(emptied.text).toContain('2 accounts will have their Job title emptied.')
})

test('people are chosen by a list of local IDs, pasted or in a file', async () => {
  const page = await hal.get('/accounts/by-local-id')
  expect(page.text).toContain('Disable Enable')
  expect(page.text).not.toContain('Mark as leaver')
  const plan = await hal.submit('/accounts/by-local-id', { do: 'disable', localIds: 'a2, B9\r\nA2' })
  expect(plan.text).toContain('1 account will be disabled. 1 can’t be, and is left out.')
  expect((await hal.get(`${plan.url}?show=error`)).text).toContain(
    'Nobody in this organisation has the local ID “B9”',
  )
  const file = { filename: 'leavers.csv', content: 'Name;Staff number\r\nJane;A1\r\n"Omar; D";A2\r\n;;\r\n' }
  const ofFile = await hal.submit('/accounts/by-local-id', { do: 'disable', localIds: '', file })
  expect(ofFile.text).toContain('“Disable accounts”'.slice(1, -1))
  expect(ofFile.text).toMatch(/account(s)? will be disabled/)
  const plain = { filename: 'ids.txt', content: 'A2\n\nA3\n' }
  expect(
    (await ann.submit('/accounts/by-local-id', { do: 'leaver', localIds: '', file: plain })).text,
  ).toContain('1 person will be marked as a leaver. 1 is so already.')
})

test('what is wrong with the list is said beside it, and what was typed stays', async () => {
  await ann.get('/accounts/by-local-id')
  expect((await ann.submit('/accounts/by-local-id', { do: 'disable', localIds: ' ' })).text).toContain(
    'Paste local IDs, or select a file',
  )
  const undecided = await ann.submit('/accounts/by-local-id', { localIds: 'A1' })
  expect(undecided).toMatchObject({ status: 400 })
  expect(undecided.text).toContain('Choose what to do with them')
  expect(undecided.html).toContain('>A1</textarea>')
  const file = { filename: 'x.pdf', content: '%PDF-1.7 and so on' }
  expect((await ann.submit('/accounts/by-local-id', { do: 'disable', localIds: '', file })).text).toContain(
    'paste it above',
  )
})

test('nobody selected, nothing to do, and no right to it', async () => {
  await ann.get('/accounts')
  expect((await ann.submit('/accounts/selected', { do: 'disable' })).text).toContain('Nobody was selected')
  expect((await ann.submit('/accounts/selected', { account: '1', do: 'explode' })).text).toContain(
    'Choose what to do with them',
  )
  expect(await ann.submit('/accounts/selected', { account: String(id.A1), do: 'delete' })).toMatchObject({
    status: 403,
  })
  expect(await aud.submit('/accounts/selected', { account: String(id.A1), do: 'disable' })).toMatchObject({
    status: 403,
  })
})

function numberOf({ url }: Page): number {
  return Number(/\d+$/.exec(url)?.[0])
}

function apply(plan: Page): Promise<void> {
  return applyChangeSet(portal, { data: { changeSetId: numberOf(plan), organisationId } })
}
