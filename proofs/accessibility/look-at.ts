import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { CODE_SNIFFER_OFF } from './rules-off.ts'

/** The least that any page must fit, and a common desktop. */
export const WIDTHS = [1280, 320] as const

/** What the law asks for, and what is good practice beyond it. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** @returns what axe finds, and where: nothing, on a page that is right */
export async function lookByAxe(page: Page, rules?: string[]): Promise<string[]> {
  const builder = new AxeBuilder({ page }).setLegacyMode(true) // else it opens a window more for each page, for frames, of which there are none
  const { violations } = await (rules ? builder.withRules(rules) : builder.withTags(TAGS)).analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `axe ${id}: ${target.join(' ')}`))
}

let codeSniffer: Promise<string> | undefined

// In the page, where it is run.
const SNIFF = `new Promise((resolve, reject) => {
  const off = ${JSON.stringify(CODE_SNIFFER_OFF.map(({ rule }) => rule))}
  for (const sniffs of HTMLCS_WCAG2AA.sniffs) sniffs.include = sniffs.include.filter((rule) => !off.includes(rule))
  HTMLCS.process('WCAG2AA', document, () => resolve(
    HTMLCS.getMessages().filter(({ type }) => type === HTMLCS.ERROR).map(({ code, msg, element }) => ({
      code, text: msg + ' ' + (element.outerHTML ?? '').slice(0, 160),
    }))), () => reject(new Error('HTML_CodeSniffer gave up')), 'en')
})`

/** @returns the errors of HTML_CodeSniffer by WCAG 2 AA */
export async function lookByCodeSniffer(page: Page): Promise<string[]> {
  codeSniffer ??= readFile(createRequire(import.meta.url).resolve('html_codesniffer/build/HTMLCS.js'), 'utf8')
  await page.evaluate(await codeSniffer)
  const found = (await page.evaluate(SNIFF)) as { code: string; text: string }[]
  return found.map(({ code, text }) => `HTML_CodeSniffer ${code}: ${text}`)
}

/** @returns how many pixels of the page are beyond its window at the side */
export async function sidewaysOf(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}

/** The page as somebody without script has it, where checkers can run: none of the page's own scripts do. */
export async function copyWithoutScripts(page: Page): Promise<Page> {
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
