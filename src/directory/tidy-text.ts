import { type Fault, fault, quoted } from './fault.ts'

/**
 * No value may be nearly as long, and in whatever is longer nothing is looked for: to bring a megabyte of accents into
 * their order takes minutes. In UTF-16 units, a letter and its accents apart.
 */
export const MOST_READ = 4_000

const NOT_ASCII = /[^\0-\x7f]/

/** Trimmed of blanks, no-break and invisible ones too, with LF for line ends, in NFC where it isn't too long to read. */
export function tidyText(given: string): string {
  let text = given.trim()
  if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n')
  if (!NOT_ASCII.test(text)) return text
  text = trimInvisible(text)
  return text.length > MOST_READ ? text : text.normalize('NFC')
}

const INVISIBLE = /[\s\u200b-\u200f\u2060\ufeff]/

// By hand: a pattern anchored at the end is quadratic on a long run of blanks inside.
function trimInvisible(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && INVISIBLE.test(text[start] as string)) start++
  while (end > start && INVISIBLE.test(text[end - 1] as string)) end--
  return text.slice(start, end)
}

// What a text of one line rarely has: two blanks, other blanks, signs that nobody sees, and hyphens of another kind.
const UNEVEN =
  /[^\S\n]{2}|[^\S\n ]|[\u00ad\u200b\u200e\u200f\u2010\u2011\u202a-\u202e\u2060\u2066-\u2069\ufeff]/u

/** Blanks of any kind as one blank, the usual hyphen, and none of the signs that nobody sees. Line breaks stay. */
export function evenText(text: string): string {
  if (!UNEVEN.test(text)) return text
  return text
    .replace(/[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, '')
    .replace(/[\u2010\u2011]/g, '-')
    .replace(/[^\S\n]+/gu, ' ')
    .trim()
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g

/** @returns what is wrong with a text that holds what nobody can see or read, whichever field it is for */
export function controlCharacterIn(text: string): Fault<never> | undefined {
  if (text.search(CONTROL) < 0) return undefined
  return fault(
    'control-character',
    `${quoted(text.replace(CONTROL, '□'))} holds an invisible control character (□). Type the value again.`,
  )
}
