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
