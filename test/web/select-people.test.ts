import { afterAll, beforeAll, expect, test } from 'vitest'
import { planAction } from '../../src/actions/plan.ts'
import type { Portal } from '../../src/portal.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { type Browser, type Pages, testPages } from '../support/web.ts'

let portal: Portal
let pages: Pages
let ann: Browser
let organisation: number

beforeAll(async () => {
  portal = await testPortal()
  pages = await testPages(portal)
  organisation = await makeOrganisation(portal, 'RX1')
  const actor = await makeActor(portal, 'ann@rx1.example', 'local-administrator', organisation)
  ann = await pages.signedIn(actor)
  const by = { organisationId: organisation, updatedBy: actor.administratorId }
  for (let n = 0; n < 60; n++) {
    const lastName = `Smith${String.fromCharCode(97 + (n % 26))}`
    await makeAccount(portal, {
      ...by,
      localId: `A${n}`,
      firstName: 'Jo',
      lastName,
      jobTitle: n < 3 ? 'Porter' : null,
    })
  }
  await makeAccount(portal, { ...by, localId: 'L', lastName: 'Gone', status: 'Leaver' })
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

const deedsIn = (html: string) => [...html.matchAll(/name="do" value="([a-z]+)"/g)].map(([, name]) => name)

const ticksIn = (html: string) =>
  [...html.matchAll(/<input type="checkbox" name="account" value="(\d+)"[^>]*>/g)].map(
    ([, id]) => id as string,
  )

async function planned(path: string): Promise<string> {
  const changeSetId = Number(/^\/changes\/(\d+)$/.exec(path)?.[1])
  await planAction(portal, { data: { changeSetId, organisationId: organisation } })
  return (await ann.get(path)).text
}

test('each person has a tick that says whose it is, and the bar what may be done with those ticked', async () => {
  const page = await ann.get('/accounts')
  expect(ticksIn(page.html)).toHaveLength(50)
  expect(page.html).toContain('aria-label="Select SMITHA, Jo, A0"')
  expect(page.text).toContain('All 60 that match')
  expect(deedsIn(page.html)).toEqual(['transfer', 'disable', 'leaver', 'enable', 'set'])
  expect(deedsIn((await ann.get('/accounts?status=Leaver')).html)).toEqual(['restore'])
  expect((await ann.get('/accounts?search=porter')).text).not.toContain('that match')
})

test.each([
  ['local-helpdesk', ['disable', 'enable'], 50],
  ['auditor', [], 0],
  ['global-administrator', ['transfer', 'disable', 'leaver', 'enable', 'delete', 'set'], 50],
] as const)('%s', async (role, deeds, ticks) => {
  const somebody = await pages.signedIn(await makeActor(portal, `${role}@rx1.example`, role, organisation))
  const { html } = await somebody.get('/accounts')
  expect(deedsIn(html)).toEqual(deeds)
  expect(ticksIn(html)).toHaveLength(ticks)
})

test('those ticked are disabled; all that match, with the list’s own filter', async () => {
  const page = await ann.get('/accounts')
  const account = ticksIn(page.html).slice(0, 3)
  const three = await ann.submit('/accounts/selected', { account, organisation: 'RX1', do: 'disable' })
  expect(await planned(three.url)).toContain('3 accounts will be disabled.')
  await ann.get('/accounts?search=porter')
  const all = await ann.submit('/accounts/selected', {
    all: 'yes',
    search: 'porter',
    organisation: 'RX1',
    do: 'leaver',
  })
  expect(await planned(all.url)).toContain('3 people will be marked as leavers.')
})

test('those ticked go on to a transfer, which asks where to', async () => {
  const page = await ann.get('/accounts?search=smithb')
  expect(page.html).toContain('formaction="/transfers/new" name="do" value="transfer"')
  const account = ticksIn(page.html)
  const asked = await ann.submit('/transfers/new', {
    account,
    organisation: 'RX1',
    do: 'transfer',
    search: 'smithb',
  })
  expect(asked.html).toContain(`<title>Transfer ${account.length} people – Muster</title>`)
})

test('without script a whole page is ticked by a link', async () => {
  const page = await ann.get('/accounts?search=porter')
  expect(page.html).toContain(
    '<noscript><a href="/accounts?search=porter&amp;ticked=page">Select all on this page</a>',
  )
  const ticked = await ann.get('/accounts?search=porter&ticked=page')
  expect(ticked.html.match(/name="account"[^>]* checked>/g)).toHaveLength(3)
})
