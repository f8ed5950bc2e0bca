import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkTitles } from '../../proofs/accessibility/check-titles.ts'
import { lookByCodeSniffer } from '../../proofs/accessibility/look-at.ts'
import { type Looker, openLooker, type Seen } from '../../proofs/accessibility/looker.ts'
import { PAGES, VISITS } from '../../proofs/accessibility/pages.ts'
import { checkWords } from '../../proofs/accessibility/reading-age.ts'
import { makeStates, NOT_THERE, type States } from '../../proofs/accessibility/states.ts'
import { faultsOfHtml } from '../../proofs/accessibility/validate-html.ts'
import { openBrowser } from '../../proofs/support/open-browser.ts'
import { ROUTES } from '../../src/web/routes.ts'
import { serving } from '../support/serving.ts'

// A slice of `npm run proof:accessibility`: every page in every state, with script, looked at once, and with few people:
// axe takes as long as a page is.
const PEOPLE = 12

const opened = new AsyncDisposableStack()
const seen: Seen[] = []
let looker: Looker
let browser: Browser
let states: States

beforeAll(async () => {
  const settings = { worker: false, logLevel: 'silent' as const, oidcProviders: [NOT_THERE] }
  const { portal, url } = opened.use(
    await serving(async (made) => {
      states = await makeStates(made, PEOPLE)
    }, settings),
  )
  browser = await openBrowser()
  opened.defer(() => browser.close())
  looker = openLooker({ portal, url, browser, states }, true)
}, 120_000)
afterAll(() => opened[Symbol.asyncDispose]())

test.each(VISITS.map((each) => [each.who, each.name, each] as const))(
  'every page in every state: for %s, %s',
  async (_who, _name, each) => {
    const found = await looker.see(each, { sniffs: true, briefly: true })
    seen.push(found)
    expect([...found.faults, ...(await faultsOfHtml(found.html))]).toEqual([])
  },
)

test('no two pages have the same title', () => {
  expect(checkTitles(seen)).toEqual([])
  const here = { title: 'Uploads – Muster', status: 200, where: '/uploads' }
  expect(checkTitles([here, { ...here, where: '/changes' }])).toHaveLength(1)
})

test('a child of 11 can read the pages', () => {
  expect(checkWords(seen)).toEqual([])
  const text =
    'Notwithstanding organisational considerations, administrators ordinarily necessitate authorisation. '
  expect(
    checkWords([{ where: '/', texts: Array.from({ length: 20 }, (_, n) => `${'More '.repeat(n)}${text}`) }]),
  ).toHaveLength(1)
})

test('no page and no status of an upload is forgotten here', () => {
  const visited = Object.values(PAGES)
    .flat()
    .map((path) => path.replace(/\?.*/, '').replace(/\/(\d+|\{.+?\})/, '/:id'))
  const pages = ROUTES.filter(
    ([method, path]) => method === 'GET' && !/\.(?:csv|xlsx)$|\/progress$|\/attachment$/.test(path),
  )
  expect(pages.map(([, path]) => path).filter((path) => !visited.includes(path))).toEqual([])
  const named = Object.values(PAGES).flat().join()
  expect(Object.keys(states.ids).filter((state) => !named.includes(`{${state}}`))).toEqual([])
})

test.each([
  ['a picture without words', '<img src="/assets/muster.svg">'],
  ['an ID twice', '<p id="a">x</p><p id="a">y</p>'],
])('what is wrong is seen: %s', async (_, wrong) => {
  const html = `<!DOCTYPE html><html lang="en"><head><title>x</title></head><body>${wrong}</body></html>`
  expect(await faultsOfHtml(html)).not.toEqual([])
  const page = await browser.newPage()
  await page.setContent(html)
  expect(await lookByCodeSniffer(page)).not.toEqual([])
  await page.close()
})
