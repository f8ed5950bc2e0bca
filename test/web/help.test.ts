import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Portal } from '../../src/portal.ts'
import { UPLOAD_FORMAT } from '../../src/uploads/columns.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { type Pages, testPages } from '../support/web.ts'

let portal: Portal
let pages: Pages

beforeAll(async () => {
  portal = await testPortal({ mobileRequired: false, mailDomain: 'people.example' })
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
