import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeLink } from '../../src/access/one-time-links.ts'
import type { Portal } from '../../src/portal.ts'
import { ROUTES } from '../../src/web/routes.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { givePassword } from '../support/serving.ts'
import { type Pages, testPages } from '../support/web.ts'

let portal: Portal
let pages: Pages

beforeAll(async () => {
  portal = await testPortal()
  pages = await testPages(portal)
  await makeOrganisation(portal, 'RX1')
})

afterAll(async () => {
  await pages[Symbol.asyncDispose]()
  await portal[Symbol.asyncDispose]()
})

test('every page of somebody signed in has the button that signs out', async () => {
  const browser = await pages.signedIn(await makeActor(portal, 'gil@muster.example', 'global-administrator'))
  const paths = ROUTES.filter(([method, , may]) => method === 'GET' && may !== 'anyone')
    .map(([, path]) => path)
    .filter((path) => !/:id|\.(?:csv|xlsx)$|\/progress$/.test(path))
  expect(paths.length).toBeGreaterThan(7)
  for (const path of [...paths, '/nothing', '/uploads/987654', '/accounts/987654'])
    expect((await browser.get(path)).html, path).toMatch(
      /<form[^>]*method="post" action="\/sign-out"[^>]*>[\s\S]*?<button[^>]*>Sign out<\/button>/,
    )
})

test('passwords are typed unseen, and may be pasted or filled in by a program that keeps them', async () => {
  const jo = await givePassword(portal, await makeActor(portal, 'jo@rx1.example', 'auditor'))
  const link = await portal.database.transaction([], (tx) =>
    makeLink(tx, portal, jo.administratorId, 'first-sign-in'),
  )
  const visitor = pages.browser()
  const shown = [
    await visitor.get('/sign-in'),
    await visitor.get(link.slice(portal.config.publicUrl.length)),
    await (await pages.signedIn(jo)).get('/password'),
  ]
  const fields = shown.flatMap(({ html }) => [
    ...html.matchAll(/<input[^>]*name="(?:password|current)"[^>]*>/g),
  ])
  expect(fields.length).toBe(4)
  for (const [field] of fields) {
    expect(field).toContain('type="password"')
    expect(field).toMatch(/autocomplete="(?:current|new)-password"/)
    expect(field).not.toMatch(/onpaste|readonly|maxlength|pattern/)
  }
})
