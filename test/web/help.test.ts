import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Portal } from '../../src/portal.ts'
import { UPLOAD_FORMAT } from '../../src/uploads/columns.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { type Pages, testPages } from '../support/web.ts'

let portal: Portal
let pages: Pages

beforeAll(async () => {
  portal = await testPortal({
    mobileRequired: false,
    mailDomain: 'people.example',
    contact: 'help@rx1.example',
  })
  pages = await testPages(portal)
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

test('the help page has every column with its rule, as this portal is set', async () => {
  const organisation = await makeOrganisation(portal, 'RX1')
  const browser = await pages.signedIn(
    await makeActor(portal, 'hd@rx1.example', 'local-helpdesk', organisation),
  )
  const page = await browser.get('/help/columns')
  expect(page.html).toContain('<title>All columns and their rules – Muster</title>')
  const { columns, password } = UPLOAD_FORMAT
  for (const { heading, help } of [...columns, password]) {
    expect(page.html).toContain(`<strong>${heading}</strong>`)
    expect(page.text).toContain(help)
  }
  expect(page.text).toContain('LocalID or ExternalSyncID Required Required, unless the row has an ID')
  expect(page.text).toContain('Mobile Optional Optional') // not required by this portal's setting
  expect(page.text).toContain('[clear]')
  expect(page.text).toContain('first.last@people.example')
})

test('help answers ten questions, to anybody, and where they arise a link leads to the answer', async () => {
  const { html, text } = await pages.browser().get('/help')
  const answers = [...html.matchAll(/<h2[^>]* id="([a-z-]+)"/g)].map(([, id]) => id)
  expect(answers).toHaveLength(10)
  const asked = ROUTE_TEMPLATES.map((path) =>
    readFile(join(import.meta.dirname, '../../src/web', path), 'utf8'),
  )
  const links = (await Promise.all(asked)).flatMap((template) =>
    [...template.matchAll(/"\/help#([a-z-]+)"/g)].map(([, id]) => id),
  )
  expect(answers.filter((id) => id !== 'whom-to-ask' && !links.includes(id))).toEqual([])
  expect(links.filter((id) => !answers.includes(id))).toEqual([])
  expect(text).toContain('Agree to what others want to change Yes Yes Yes – –')
})

/** The pages on which somebody new may ask themselves something. */
const ROUTE_TEMPLATES = [
  ...['home/show.njk', 'uploads/new.njk', 'uploads/error-rows.njk', 'uploads/decision-rows.njk'],
  ...['changes/take-back-form.njk', 'transfers/new.njk', 'organisation/administrators.njk'],
  ...['errors/forbidden.njk', 'uploads/list.njk'],
]

test('the foot of every page leads to help, to whom to ask, and says the version', async () => {
  const { html, text } = await pages.browser().get('/sign-in')
  for (const href of ['/help', 'mailto:help@rx1.example', '/accessibility', '/privacy'])
    expect(html).toContain(`href="${href}"`)
  expect(text).toMatch(/Muster \d+\.\d+\.\d+ keeps/)
  for (const path of ['/accessibility', '/privacy'])
    expect((await pages.browser().get(path)).text).toContain('help@rx1.example')
})

test('a form tells all that is wrong with it at once', async () => {
  const visitor = pages.browser()
  await visitor.get('/sign-in')
  const { status, text } = await visitor.submit('/sign-in', { email: '', password: '' })
  expect(status).toBe(400)
  expect(text).toContain('There is a problem Enter your e-mail address. Enter your password.')
})

test('so does every other form, keeping what was typed', async () => {
  const organisation = await makeOrganisation(portal, 'RY1')
  const chief = await makeActor(portal, 'chief@ry1.example', 'primary-local-administrator', organisation)
  const browser = await pages.signedIn(chief)
  const wrong = async (page: string, path: string, fields: Record<string, string>) => {
    await browser.get(page)
    const { status, html } = await browser.submit(path, fields)
    expect(status).toBe(400)
    return html
  }
  const place = { kind: 'site', act: 'add', code: ' ', name: ' ' }
  const site = await wrong('/organisation/places', '/organisation/places', place)
  expect(site).toMatch(/id="site-code-error"/)
  expect(site).toMatch(/id="site-name-error"/)
  const taken = { kind: 'site', act: 'rename', name: 'Main Hospital', newName: 'City Clinic' }
  await browser.submit('/organisation/places', { kind: 'site', act: 'add', code: 'C', name: 'City Clinic' })
  const renamed = await wrong('/organisation/places', '/organisation/places', taken)
  expect(renamed).toMatch(/id="newName"[^>]* value="City Clinic"/)
  const join = await wrong('/joins/new', '/joins/new', { emailAddress: '', formerLocalId: '' })
  expect(join).toMatch(/id="emailAddress-error"/)
  expect(join).toMatch(/id="formerLocalId-error"/)
  const token = await wrong('/organisation/tokens/new', '/organisation/tokens/new', {
    ...{ name: 'n'.repeat(200), until: '2020-01-01' },
  })
  expect(token).toMatch(/id="name-error"/)
  expect(token).toMatch(/id="until-error"/)
  const report = await browser.get('/reports/changes?from=soon&to=later&field=nothing')
  for (const name of ['from', 'to', 'field']) expect(report.html).toMatch(new RegExp(`id="${name}-error"`))
})
