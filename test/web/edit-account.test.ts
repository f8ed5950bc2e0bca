import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { findAccount, findAccounts } from '../../src/directory/find-accounts.ts'
import type { Portal } from '../../src/portal.ts'
import { makeAccount } from '../support/account.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { type Browser, type Pages, testPages } from '../support/web.ts'

let portal: Portal
let pages: Pages
let ann: Actor
let own: number
let browser: Browser
let colleague: Browser

beforeAll(async () => {
  portal = await testPortal({ mailDomain: 'staff.example' })
  pages = await testPages(portal)
  own = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@rx1.example', 'local-administrator', own)
  browser = await pages.signedIn(ann)
  colleague = await pages.signedIn(await makeActor(portal, 'bob@rx1.example', 'local-administrator', own))
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

let made = 0
function account(values: Partial<Parameters<typeof makeAccount>[1]> = {}): Promise<number> {
  const usual = { organisationId: own, updatedBy: ann.administratorId, mobile: '+447700900001' }
  const name = { firstName: 'Jane', lastName: 'Smith', jobTitle: 'Nurse', localId: `W${++made}` }
  return makeAccount(portal, { ...usual, ...name, address: `jane.smith${made}@staff.example`, ...values })
}

/** What the form of an account's page would send, with other values in some fields. */
async function form(id: number, changed: Record<string, string>, version = 1) {
  const now = await findAccount(portal, ann, id)
  const { localId, firstName, lastName, jobTitle, department, mobile, telephone } = now
  const fields = { localId, firstName, lastName, jobTitle, department, mobile, telephone }
  const texts = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value ?? '']))
  return { version: String(version), ...texts, ...changed }
}

test('several fields are changed on one page, and the history tells of it', async () => {
  const id = await account()
  expect((await browser.get(`/accounts/${id}`)).html).toContain(`href="/accounts/${id}/edit#jobTitle"`)
  const saved = await browser.submit(
    `/accounts/${id}/edit`,
    await form(id, { jobTitle: 'Sister', hideMobile: 'yes' }),
  )
  expect(saved.text).toContain('Saved.')
  expect(saved.text).toContain('Job title from Nurse → to Sister')
  expect(await findAccount(portal, ann, id)).toMatchObject({
    jobTitle: 'Sister',
    hideMobile: true,
    version: 2,
  })
  const again = await browser.submit(`/accounts/${id}/edit`, await form(id, { hideMobile: 'yes' }, 2))
  expect(again.text).toContain('Nothing was changed.')
})

test('what is wrong stands beside its field, and what was typed is still there', async () => {
  const id = await account()
  const page = await browser.submit(
    `/accounts/${id}/edit`,
    await form(id, { mobile: '12', jobTitle: 'Typed <b>' }),
  )
  expect(page.status).toBe(400)
  expect(page.text).toContain('“12” is not a UK mobile number')
  expect(page.html).toContain('value="Typed &lt;b&gt;"')
  expect(page.html).toContain('href="#mobile"')
  expect(await findAccount(portal, ann, id)).toMatchObject({ version: 1 })
})

test('another name asks which address; the old one stays', async () => {
  const id = await account({ address: 'jane.old@staff.example' })
  const asked = await browser.submit(`/accounts/${id}/edit`, await form(id, { lastName: 'Ünal' }))
  expect(asked.text).toContain('Which e-mail address?')
  expect(asked.html).toContain('value="jane.unal@staff.example"')
  expect(await findAccount(portal, ann, id)).toMatchObject({ lastName: 'Smith' })
  const chosen = await form(id, { lastName: 'Ünal', emailAddress: 'jane.unal@staff.example' })
  await browser.submit(`/accounts/${id}/edit`, chosen)
  expect(await findAccount(portal, ann, id)).toMatchObject({
    ...{ lastName: 'Ünal', address: 'jane.unal@staff.example', otherAddresses: ['jane.old@staff.example'] },
  })
})

test('an address that somebody took meanwhile is told, and the form is as it was filled in', async () => {
  await account({ address: 'jane.taken@staff.example' })
  const id = await account()
  const chosen = await form(id, { lastName: 'Taken', emailAddress: 'jane.taken@staff.example' })
  const told = await browser.submit(`/accounts/${id}/edit`, chosen)
  expect(told.status).toBe(409)
  expect(told.text).toContain('The address jane.taken@staff.example is somebody else’s by now')
  expect(told.html).toMatch(/name="lastName"[^>]*value="Taken"/)
  expect(await findAccount(portal, ann, id)).toMatchObject({ lastName: 'Smith', version: 1 })
})

test('who saves second sees what the first changed, and nothing is lost', async () => {
  const id = await account({ department: 'Surgery' })
  const opened = await form(id, {})
  await colleague.submit(`/accounts/${id}/edit`, { ...opened, jobTitle: 'Matron', department: 'Medicine' })
  const told = await browser.submit(`/accounts/${id}/edit`, {
    ...opened,
    jobTitle: 'Doctor',
    telephone: '0113',
  })
  expect(told.status).toBe(409)
  expect(told.text).toContain('bob@rx1.example changed it')
  expect(told.text).toContain('from “Nurse” to “Matron”. You changed it to “Doctor”.')
  expect(told.html).toMatch(/name="jobTitle"[^>]*value="Doctor"/)
  expect(told.html).toMatch(/name="department"[^>]*value="Medicine"/)
  expect(told.html).toMatch(/name="telephone"[^>]*value="0113"/)
  expect(told.html).toContain('name="version" value="2"')
  await browser.submit(`/accounts/${id}/edit`, await form(id, { jobTitle: 'Doctor', telephone: '0113' }, 2))
  expect(await findAccount(portal, ann, id)).toMatchObject({
    ...{ jobTitle: 'Doctor', department: 'Medicine', telephone: '0113' },
  })
})

test('addresses are added, made primary and removed', async () => {
  const id = await account({ address: 'a.first@staff.example' })
  const page = `/accounts/${id}/addresses`
  expect((await browser.submit(page, { act: 'add', address: 'a.second' })).text).toContain(
    'a.second is added.',
  )
  await browser.submit(page, { act: 'primary', address: 'a.second@staff.example' })
  expect(await findAccount(portal, ann, id)).toMatchObject({
    ...{ address: 'a.second@staff.example', otherAddresses: ['a.first@staff.example'] },
  })
  const refused = await browser.submit(page, { act: 'remove', address: 'a.second@staff.example' })
  expect(refused.text).toContain('is the primary address. Make another one the primary address first')
  await browser.submit(page, { act: 'remove', address: 'a.first@staff.example' })
  expect(await findAccount(portal, ann, id)).toMatchObject({ otherAddresses: [] })
  expect((await browser.submit(page, { act: 'add', address: 'x@elsewhere.example' })).status).toBe(400)
})

test('somebody is added; who looks like somebody is shown beside them first', async () => {
  const person = { firstName: 'Zoë', lastName: 'Okafor', mobile: '07700 900777' }
  expect((await browser.get('/accounts')).html).toContain('href="/accounts/new"')
  const empty = await browser.submit('/accounts/new', {})
  expect(empty.status).toBe(400)
  for (const label of ['Local ID', 'First name', 'Last name', 'Mobile'])
    expect(empty.text).toContain(`A new account needs ${label}`)
  const added = await browser.submit('/accounts/new', { ...person, localId: 'N1' })
  expect(added.text).toContain('is added, with the address zoe.okafor@staff.example.')
  const twin = await browser.submit('/accounts/new', { ...person, localId: 'N2' })
  expect(twin.status).toBe(409)
  expect(twin.text).toContain('Is it this person?')
  expect(twin.text).toContain('has the same name and mobile')
  await browser.submit('/accounts/new', { ...person, localId: 'N2', anyway: 'yes' })
  const { accounts } = await findAccounts(portal, ann, { search: 'Okafor', limit: 9 })
  expect(accounts.map(({ localId }) => localId).sort()).toEqual(['N1', 'N2'])
})

test('who may read only is offered nothing, and refused; elsewhere there is no such account', async () => {
  const id = await account()
  const desk = await pages.signedIn(await makeActor(portal, 'desk@rx1.example', 'local-helpdesk', own))
  expect((await desk.get(`/accounts/${id}`)).html).not.toContain('/edit')
  expect((await desk.get('/accounts')).html).not.toContain('/accounts/new')
  expect((await desk.get(`/accounts/${id}/edit`)).status).toBe(403)
  const other = await makeOrganisation(portal, 'RY2')
  const far = await pages.signedIn(await makeActor(portal, 'far@ry2.example', 'local-administrator', other))
  for (const path of [`/accounts/${id}/edit`, `/accounts/${id}/addresses`])
    expect((await far.get(path)).status).toBe(404)
  expect((await far.submit(`/accounts/${id}/edit`, await form(id, { jobTitle: 'x' }))).status).toBe(404)
  expect((await far.submit('/accounts/new', { organisation: 'RX1', localId: 'F1' })).status).toBe(404)
  const left = await account({ status: 'Leaver' })
  expect((await browser.get(`/accounts/${left}`)).html).not.toContain('/edit')
  expect((await browser.get(`/accounts/${left}/edit`)).text).toContain('has left or was deleted')
})

test('an edit is a change as any: it has its page, is listed by whom it is about, and is taken back', async () => {
  const id = await account({ firstName: 'Ruth', lastName: 'Ellis' })
  await browser.submit(`/accounts/${id}/edit`, await form(id, { jobTitle: 'Sister' }))
  const link = /href="(\/changes\/\d+)">an edit</.exec(
    (await browser.get(`/accounts/${id}`)).html,
  )?.[1] as string
  const page = await browser.get(link)
  expect(page.text).toContain('Change to Ruth Ellis')
  expect(page.text).toContain('Job title from Nurse → to Sister')
  expect(page.text).not.toMatch(/e-mail|sent the results/) // nobody is mailed about an edit
  expect(page.html).not.toContain('data-label="Row"') // it is no row of anything
  expect(page.html).not.toContain('/choice"') // nor is there anything to choose
  expect((await browser.get('/changes')).text).toContain('Change to Ruth Ellis')
  expect((await browser.submit(`${link}/undo`)).text).toContain('Taking back the change to Ruth Ellis')
})

test('of an edit of several fields some can be taken back: there is no row to choose', async () => {
  const id = await account()
  const two = await form(id, { jobTitle: 'Matron', department: 'Surgery' })
  await browser.submit(`/accounts/${id}/edit`, two)
  const edit = /\/changes\/\d+/.exec((await browser.get(`/accounts/${id}`)).html)?.[0] as string
  expect((await browser.get(edit)).html).toContain(`href="${edit}/choice">choose some fields<`)
  const choice = await browser.get(`${edit}/choice`)
  expect(choice.text).toContain('Tick the fields. You will see')
  expect(choice.html).not.toContain('name="rows"')
})
