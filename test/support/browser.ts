import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { faultsOf } from '../../proofs/accessibility/check-page.ts'
import { complaintsOf } from '../../proofs/support/complaints.ts'
import { byKeyboard } from './by-keyboard.ts'
import { PASSWORD } from './serving.ts'

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

/** With what somebody uses a page. */
export type Hands = 'mouse' | 'keyboard'

/** Every journey is gone with the keyboard alone, unless it says otherwise; all with the mouse by `HANDS=mouse vitest run test/journeys`. */
const HANDS: Hands = process.env.HANDS === 'mouse' ? 'mouse' : 'keyboard'

export async function person(
  browser: Browser,
  url: string,
  { hands = HANDS, ...options }: BrowserContextOptions & { hands?: Hands } = {},
): Promise<Person> {
  const context = await browser.newContext({ baseURL: url, ...options })
  const opened = await context.newPage()
  opened.setDefaultTimeout(20_000)
  const complaints = complaintsOf(opened, url)
  const page = hands === 'keyboard' ? byKeyboard(opened) : opened
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

/** Holds the page to what every page promises, wide and narrow, in light colours and dark. */
export async function isAccessible({ page, isScripted }: Person, where: string): Promise<void> {
  expect(await faultsOf(page, isScripted), where).toEqual([])
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
