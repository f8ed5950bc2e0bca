import type { Browser, Page, Response } from 'playwright-core'
import type { Portal } from '../../src/portal.ts'
import { complaintsOf } from '../support/complaints.ts'
import { faultsOf, type Looking } from './check-page.ts'
import { type Visit, visit, type Who } from './pages.ts'
import { type States, stayProven } from './states.ts'

/** A portal in which every state is, served to a browser. */
export type Served = { portal: Portal; url: string; browser: Browser; states: States }

/** A page in a state, and what is wrong with it. */
export type Seen = {
  status: number
  /** The path that it came to, with numbers left out. */
  where: string
  title: string
  /** As it was sent. */
  html: string
  /** What it says in whole sentences, one of them or several in each. */
  texts: string[]
  faults: string[]
}

/** Everybody at a browser of their own, who opens pages one after the other. */
export type Looker = AsyncDisposable & { see(visit: Visit, looking?: Looking): Promise<Seen> }

/** @param isScripted whether the browsers run scripts */
export function openLooker(served: Served, isScripted: boolean): Looker {
  const opened = new Map<Who, Promise<Window>>()
  const windowOf = (who: Who) => {
    const window = opened.get(who) ?? openWindow(served, who, isScripted)
    opened.set(who, window)
    return window
  }
  return {
    see: async (each, looking) => {
      const { page, last, complaints } = await windowOf(each.who)
      await stayProven(served.portal) // it takes longer than nobody is asked again
      await visit(page, each, served.states, served.portal)
      const response = last() as Response
      const html = await response.text()
      const { pathname } = new URL(page.url())
      const texts = (await page.evaluate(TEXTS)) as string[]
      const faults = await faultsOf(page, isScripted, looking)
      return {
        status: response.status(),
        where: pathname.replaceAll(/\/\d+/g, '/:id'),
        title: (await page.title()).replace(/^\d+% – /, ''),
        html,
        texts,
        faults: [...faults, ...complaints.splice(0)],
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const { page } of await Promise.all(opened.values())) await page.context().close()
    },
  }
}

// In the page: what its paragraphs, points and hints say, as somebody reads it.
const TEXTS = `[...document.querySelectorAll('main :is(p, li, .nhsuk-hint, dd, legend, label)')]
  .filter((element) => !element.querySelector('p, li') && !element.closest('table'))
  .map((element) => element.innerText.replace(/\\s+/g, ' ').trim()).filter(Boolean)`

type Window = { page: Page; complaints: string[]; last(): Response | undefined }

async function openWindow({ browser, url, states }: Served, who: Who, isScripted: boolean): Promise<Window> {
  const context = await browser.newContext({ baseURL: url, javaScriptEnabled: isScripted })
  const session = states.sessions[who]
  if (session) await context.addCookies([{ name: 'muster-session', value: session, url }])
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const complaints = complaintsOf(page, url)
  let last: Response | undefined
  page.on('response', (response) => {
    const isPage = response.request().isNavigationRequest() && response.frame() === page.mainFrame()
    if (isPage && (response.status() < 300 || response.status() >= 400)) last = response
  })
  return { page, complaints, last: () => last }
}
