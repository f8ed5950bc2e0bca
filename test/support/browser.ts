import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { PASSWORD } from './serving.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const ON_MACOS = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'

/** A real Chromium: the one that CHROMIUM_PATH names, or the system's. None is ever downloaded. */
export function openBrowser(): Promise<Browser> {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const places = [
    process.env.CHROMIUM_PATH,
    ...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))),
    ON_MACOS,
  ]
  const executablePath = places.find((place) => place && existsSync(place))
  if (!executablePath) throw new Error('No Chromium was found. Run node bin/setup --browser.')
  return chromium.launch({
    executablePath,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export type File = { name: string; content: string | Buffer }

/** Somebody at a browser of their own, and what they do. */
export type Person = {
  page: Page
  isScripted: boolean
  /** What the browser complained of, and requests to anywhere else: there are to be none. */
  complaints: string[]
  goesTo(path: string): Promise<void>
  signsIn(email: string): Promise<void>
  /** By the button in the header, which a narrow screen has behind the word Account. */
  signsOut(): Promise<void>
  clicks(name: string | RegExp): Promise<void>
  /** Fills in the upload form and sends it; the page of the upload opens. */
  sendsFile(
    file: File,
    mode?: 'Update existing accounts only (recommended)' | 'Create new accounts only' | 'Both',
  ): Promise<void>
  /** Waits until the page's main part says this. */
  sees(words: string | RegExp): Promise<void>
  doesNotSee(words: string | RegExp): Promise<void>
  /** Waits for the check or the upload to end; without script, by the Refresh link. */
  waitsFor(words: string | RegExp): Promise<void>
  downloads(name: string | RegExp): Promise<{ name: string; text: string; bytes: Buffer }>
  closes(): Promise<void>
}

export async function person(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Person> {
  const context = await browser.newContext({ baseURL: url, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const complaints: string[] = []
  page.on('console', (message) => {
    // The browser notes an answer such as 404 as an error of its own: those pages are opened on purpose.
    if (message.type() === 'error' && !/the server responded with a status/i.test(message.text()))
      complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:'))
      complaints.push(`asked ${request.url()}`)
  })
  const main = page.locator('main')
  const isScripted = options.javaScriptEnabled !== false
  const self: Person = {
    page,
    isScripted,
    complaints,
    goesTo: async (path) => {
      await page.goto(path)
    },
    signsIn: async (email) => {
      await page.goto('/sign-in')
      await page.getByLabel('E-mail address').fill(email)
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.getByText('Sign out').waitFor({ state: 'attached' })
    },
    signsOut: async () => {
      const account = page.locator('.muster-account > summary')
      if (await account.isVisible()) await account.click()
      await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    },
    clicks: async (name) => {
      await page.getByRole('button', { name }).or(page.getByRole('link', { name })).first().click()
    },
    sendsFile: async ({ name, content }, mode) => {
      await page.goto('/uploads/new')
      if (mode) await page.getByLabel(mode).check()
      await page
        .getByLabel('Select a file')
        .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) })
      await page.getByRole('button', { name: 'Check this file' }).click()
    },
    sees: (words) => main.getByText(words).first().waitFor(),
    doesNotSee: async (words) => {
      expect(await main.getByText(words).count()).toBe(0)
    },
    waitsFor: async (words) => {
      if (isScripted) return self.sees(words)
      for (const until = Date.now() + 30_000; Date.now() < until; ) {
        if ((await main.getByText(words).count()) > 0) return
        await page.getByRole('link', { name: 'Refresh' }).click()
      }
      throw new Error(`waited in vain for ${words}`)
    },
    downloads: async (name) => {
      const [download] = await Promise.all([page.waitForEvent('download'), self.clicks(name)])
      const chunks: Buffer[] = []
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
      const bytes = Buffer.concat(chunks)
      return { name: download.suggestedFilename(), text: bytes.toString('utf8'), bytes }
    },
    closes: () => context.close(),
  }
  return self
}

/** The least that any page must fit, and a common desktop. */
const WIDTHS = [1280, 320]

/**
 * Holds the page to what every page promises, wide and narrow: accessible, one heading that the title repeats,
 * "Error:" before it when something is wrong, no scrolling sideways. Where no script runs, neither does axe: it
 * looks at a copy of what the page has come to.
 */
export async function isAccessible({ page, isScripted }: Person, where: string): Promise<void> {
  const looked = isScripted ? page : await copyWithoutScripts(page)
  for (const width of WIDTHS) {
    for (const each of new Set([page, looked])) await each.setViewportSize({ width, height: 800 })
    const { violations } = await new AxeBuilder({ page: looked })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .setLegacyMode(true) // else it opens a window more for each page, for frames, of which there are none
      .analyze()
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(' ')}`),
    )
    const sideways = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    )
    expect({ where, width, found, sideways }).toEqual({ where, width, found: [], sideways: 0 })
  }
  await looked.emulateMedia({ colorScheme: 'dark' })
  const dark = await new AxeBuilder({ page: looked })
    .withRules(['color-contrast'])
    .setLegacyMode(true)
    .analyze()
  await looked.emulateMedia({ colorScheme: null })
  const unread = dark.violations.flatMap(({ nodes }) => nodes.map(({ target }) => target.join(' ')))
  expect({ where, unread }).toEqual({ where, unread: [] })
  if (looked !== page) await looked.context().close()
  const headings = await page.getByRole('heading', { level: 1 }).allInnerTexts()
  expect(headings, where).toHaveLength(1)
  const heading = (headings[0] as string).replace(/\s+/g, ' ').trim()
  const isWrong = (await page.getByText('There is a problem', { exact: true }).count()) > 0
  expect((await page.title()).replace(/^\d+% – /, '')).toBe(`${isWrong ? 'Error: ' : ''}${heading} – Muster`)
}

/** The page as somebody without script has it, where axe can run: none of the page's own scripts do. */
async function copyWithoutScripts(page: Page): Promise<Page> {
  const html = (await page.content()).replaceAll(/<(\/?)noscript>/g, '<$1div>')
  const context = await (page.context().browser() as Browser).newContext()
  const copy = await context.newPage()
  await copy.route('**/*', (route) => {
    const type = route.request().resourceType()
    if (type === 'document') return route.fulfill({ contentType: 'text/html; charset=utf-8', body: html })
    return type === 'script' ? route.abort() : route.continue()
  })
  await copy.goto(page.url())
  return copy
}

// In the page: what the focus is on is called, and whether it shows.
const FOCUS = `(() => {
  const element = document.activeElement
  const style = getComputedStyle(element)
  return {
    name: [element.labels?.[0]?.textContent, element.ariaLabel, element === document.body ? '' : element.textContent].join(' ').trim(),
    shows: style.outlineStyle !== 'none' || style.boxShadow !== 'none',
  }
})()`

/** Presses Tab until the focus is on what is called so, and sees that the focus shows. */
export async function tabsTo({ page }: Person, name: RegExp): Promise<void> {
  await page.waitForLoadState()
  for (let presses = 0; presses < 150; presses++) {
    await page.keyboard.press('Tab')
    const focus = (await page.evaluate(FOCUS)) as { name: string; shows: boolean }
    if (!name.test(focus.name)) continue
    expect(focus.shows, `the focus shows on ${name}`).toBe(true)
    return
  }
  throw new Error(`Tab never reached ${name}`)
}
