import type { Page } from 'playwright-core'
import { copyWithoutScripts, lookByAxe, lookByCodeSniffer, sidewaysOf, WIDTHS } from './look-at.ts'

/** Higher than this, in CSS pixels, a page is a scroll that nobody reads to its end. */
const MOST_HEIGHT = 12_000

/** How thoroughly a page is looked at. */
export type Looking = {
  /** HTML_CodeSniffer too. */
  sniffs?: boolean
  /** In colours that the reader forces as well. */
  forcesColours?: boolean
  /** Checkers look once, where there is least room; wide, only how it is laid out is seen. */
  briefly?: boolean
}

/**
 * Holds a page to what every page promises, wide and narrow: accessible in light, dark and forced colours, one heading
 * that the title repeats, "Error:" before it when something is wrong, no scrolling sideways, and an end. Where no script
 * runs, neither does a checker: it looks at a copy of what the page has come to.
 * @returns what is wrong with it
 */
export async function faultsOf(page: Page, isScripted: boolean, looking: Looking = {}): Promise<string[]> {
  const looked = isScripted ? page : await copyWithoutScripts(page)
  const found: string[] = []
  for (const width of WIDTHS) {
    for (const each of new Set([page, looked])) await each.setViewportSize({ width, height: 800 })
    const isLooked = !looking.briefly || width === WIDTHS.at(-1)
    const faults = [...(isLooked ? await checkersOf(looked, looking) : []), ...(await wrongLayout(page))]
    found.push(...faults.map((fault) => `${width} px: ${fault}`))
  }
  if (!looking.briefly) found.push(...(await inColours(looked, { colorScheme: 'dark' }, 'dark')))
  if (looking.forcesColours) found.push(...(await inColours(looked, { forcedColors: 'active' }, 'forced')))
  if (looked !== page) await looked.context().close()
  return [...found, ...(await wrongTitle(page))]
}

async function checkersOf(looked: Page, { sniffs }: Looking): Promise<string[]> {
  return [...(await lookByAxe(looked)), ...(sniffs ? await lookByCodeSniffer(looked) : [])]
}

async function wrongLayout(page: Page): Promise<string[]> {
  const found: string[] = []
  const sideways = await sidewaysOf(page)
  if (sideways !== 0) found.push(`scrolls ${sideways} px sideways`)
  const height = Number(await page.evaluate('document.documentElement.scrollHeight'))
  if (height > MOST_HEIGHT) found.push(`is ${height} px high`)
  return found
}

async function inColours(
  page: Page,
  media: { colorScheme: 'dark' } | { forcedColors: 'active' },
  name: string,
): Promise<string[]> {
  await page.emulateMedia(media)
  const found = await lookByAxe(page, ['color-contrast'])
  await page.emulateMedia({ colorScheme: null, forcedColors: null })
  return found.map((fault) => `${name} colours: ${fault}`)
}

async function wrongTitle(page: Page): Promise<string[]> {
  const headings = await page.getByRole('heading', { level: 1 }).allInnerTexts()
  if (headings.length !== 1) return [`${headings.length} headings of level 1`]
  const heading = (headings[0] as string).replace(/\s+/g, ' ').trim()
  const isWrong = (await page.getByText('There is a problem', { exact: true }).count()) > 0
  const expected = `${isWrong ? 'Error: ' : ''}${heading} – Muster`
  const title = (await page.title()).replace(/^\d+% – /, '')
  return title === expected ? [] : [`is titled ${title}, not ${expected}`]
}
