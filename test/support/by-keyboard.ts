import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** More stops than any page of a journey has. */
const MOST_STOPS = 600

/** What Enter asks of the server is asked within so many milliseconds, or it asks nothing. */
const ASKS_WITHIN_MS = 1_000

/** A function that runs in the page, in text, since nothing else here knows what is in a page. */
function inPage<Result>(text: string): (element: unknown) => Result {
  return new Function('element', `return (${text})(element)`) as (element: unknown) => Result
}

// About an element: what somebody without a mouse would go to in its place.
const STOP = inPage<unknown>(`(element) => {
  const own = element.closest('a[href], button, summary, input, select, textarea, [tabindex]')
  return own ?? element.closest('label')?.control ?? element
}`)

// About such a stop: whether the focus is on it, on another choice of its group, or elsewhere.
const FOCUS_IS = inPage<'here' | 'in its group' | 'elsewhere'>(`(stop) => {
  const focused = document.activeElement
  if (focused === stop) return 'here'
  const isOther = stop.type === 'radio' && focused?.type === 'radio'
  return isOther && focused.name === stop.name && focused.form === stop.form ? 'in its group' : 'elsewhere'
}`)

// About the stop that has the focus: whether the focus shows, and nothing lies over it.
const SHOWS = inPage<string>(`(stop) => {
  const drawn = [getComputedStyle(stop), ...[...(stop.labels ?? [])].map((label) => getComputedStyle(label, '::before'))]
  if (!drawn.some((style) => style.outlineStyle !== 'none' || style.boxShadow !== 'none')) return 'not at all'
  const parts = [stop, ...(stop.labels ?? [])]
  const isSeen = parts.some((part) => [...part.getClientRects()].some((box) =>
    [0.1, 0.5, 0.9].some((down) => [0.1, 0.5, 0.9].some((along) => {
      const on = document.elementFromPoint(box.left + box.width * along, box.top + box.height * down)
      return on !== null && parts.some((one) => one === on || one.contains(on) || on.contains(one) && on.closest('label') !== null)
    }))))
  return isSeen ? 'wholly or in part' : 'behind something else'
}`)

const IS_TICKED = inPage<boolean>(`(stop) => ['checkbox', 'radio'].includes(stop.type)`)

const OPTIONS = inPage<string[][]>('(stop) => [...stop.options].map(({ value, label }) => [value, label])')

/**
 * The page as somebody uses it who has a keyboard alone: whatever is clicked, ticked, chosen or typed into through it is
 * gone to by Tab, and by arrows within a group, where the focus has to show; and pressed, chosen or typed there. Only
 * choosing a file in the system’s own dialogue can’t be done so.
 */
export function byKeyboard(page: Page): Page {
  return wrapped(page, page)
}

/** Locators that come of locators are wrapped as well. */
function wrapped<Of extends object>(target: Of, page: Page): Of {
  return new Proxy(target, {
    get: (_, name) => {
      const act = isLocator(target) && typeof name === 'string' ? ACTS[name] : undefined
      if (act) return (...given: never[]) => act(page, target as unknown as Locator, ...given)
      const value = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...given: unknown[]) => {
        const answer = value.apply(target, given)
        return isLocator(answer) ? wrapped(answer, page) : answer
      }
    },
  })
}

// Playwright gives its class no name that could be relied on.
function isLocator(thing: unknown): thing is Locator {
  return typeof (thing as Partial<Locator> | null)?.elementHandles === 'function'
}

const ACTS: Record<string, (page: Page, target: Locator, ...given: never[]) => Promise<unknown>> = {
  click,
  check: (page, target) => tick(page, target, true),
  uncheck: (page, target) => tick(page, target, false),
  fill,
  selectOption: choose,
  setInputFiles: async (page, target, files: Parameters<Locator['setInputFiles']>[0]) => {
    await goTo(page, target)
    await target.setInputFiles(files)
  },
}

async function click(page: Page, target: Locator): Promise<void> {
  const stop = await goTo(page, target)
  if (await stop.evaluate(IS_TICKED)) await page.keyboard.press('Space')
  else await pressEnter(page)
}

async function tick(page: Page, target: Locator, wanted: boolean): Promise<void> {
  await target.waitFor({ state: 'attached' })
  if ((await target.isChecked()) === wanted) return
  await goTo(page, target)
  if ((await target.isChecked()) !== wanted) await page.keyboard.press('Space') // an arrow chooses what it goes to
  expect(await target.isChecked(), 'Space has ticked it').toBe(wanted)
}

async function fill(page: Page, target: Locator, text: string): Promise<void> {
  await goTo(page, target)
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.press('Delete')
  await page.keyboard.type(text)
}

async function choose(page: Page, target: Locator, wanted: string): Promise<void> {
  const stop = await goTo(page, target)
  const at = (await stop.evaluate(OPTIONS)).findIndex((option) => option.includes(wanted))
  expect(at, `there is “${wanted}” to choose`).not.toBe(-1)
  await page.keyboard.press('Home')
  for (let n = 0; n < at; n++) await page.keyboard.press('ArrowDown')
  expect((await stop.evaluate(OPTIONS))[at]).toContain(await stop.inputValue())
}

/** Goes on with Tab until the focus is there. */
async function goTo(page: Page, target: Locator) {
  await page.waitForLoadState()
  const handle = await target.elementHandle()
  const stop = (await handle?.evaluateHandle(STOP))?.asElement()
  if (!stop) throw new Error(`${target} is nowhere`)
  for (let presses = 0; presses < MOST_STOPS; presses++) {
    const where = await stop.evaluate(FOCUS_IS)
    if (where === 'here') {
      expect(await stop.evaluate(SHOWS), `the focus shows on ${target}`).toBe('wholly or in part')
      return stop
    }
    await page.keyboard.press(where === 'in its group' ? 'ArrowDown' : 'Tab')
  }
  throw new Error(`Tab never reached ${target}`)
}

/** Presses Enter, and waits for the page that it leads to, if it leads to one. */
async function pressEnter(page: Page): Promise<void> {
  const isLeaving = (request: { isNavigationRequest(): boolean; frame(): unknown }) =>
    request.isNavigationRequest() && request.frame() === page.mainFrame()
  const asked = page
    .waitForEvent('request', { predicate: isLeaving, timeout: ASKS_WITHIN_MS })
    .catch(() => null)
  const ends = [
    page.waitForEvent('framenavigated'),
    page.waitForEvent('download'),
    page.waitForEvent('requestfailed'),
  ]
  const ended = Promise.race(ends.map((end) => end.catch(() => null)))
  await page.keyboard.press('Enter')
  if ((await asked) !== null) await ended
  await page.waitForLoadState()
}
