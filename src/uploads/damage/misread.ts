import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'

// Text saved in one encoding and read in another. Whoever asks has seen that the text isn't ASCII.

/** What a spreadsheet of the western world reads a file in, where it takes it for none of Unicode; the likeliest first. */
const CODE_PAGES = ['windows-1252', 'macintosh', 'win1251', 'win1257', 'win1250', 'cp850'] as const

/** Bytes that Windows-1252 doesn't have: programs take each for the control character of that number. */
const HOLES = /[\x81\x8d\x8f\x90\x9d]/
const HOLES_BYTES = '\x81\x8d\x8f\x90\x9d'

const SEVERAL_NOT_ASCII = /[^\0-\x7f]{2}/

/** UTF-8 that was read in a code page (`JosÃ©`, twice over too): what it was (`José`), else undefined. */
export function misreadOriginal(text: string): string | undefined {
  let original: string | undefined
  let stage = text
  for (let times = 0; times < MOST_TIMES; times++) {
    const next = readAsUtf8(stage)
    if (next === undefined) break
    original = next
    stage = next
  }
  return original
}

const MOST_TIMES = 3

// `Íñigo` comes out of Mac Roman as valid UTF-8, but with a Hebrew sign before the Latin letters: nobody wrote that.
function mixesScripts(text: string): boolean {
  return LATIN.test(text) && OF_ANOTHER_SCRIPT.test(text)
}

const LATIN = /\p{Script=Latin}/u
const OF_ANOTHER_SCRIPT = /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u

function readAsUtf8(text: string): string | undefined {
  if (!SEVERAL_NOT_ASCII.test(text)) return undefined
  for (const page of CODE_PAGES) {
    const bytes = encoded(text, page)
    // Text that was never misread doesn't come out as valid UTF-8, save by a chance no name has.
    if (bytes === undefined || !isUtf8(bytes)) continue
    const original = bytes.toString('utf8').normalize('NFC')
    if (!mixesScripts(original)) return original
  }
  return undefined
}

// A letter of one case or a sign where nobody writes one: what Mac Roman's accents look like in Windows-1252.
const AMID_WORD = /[A-Za-z][ŽŸŠŒ](?![A-ZÀ-Þ])|[A-Za-z][‡ˆ‹™•¿¯ƒ…†¡-¶¸-¾][a-z]|[A-Za-z]Õ[A-Z][a-z]/
const OF_TWO_SCRIPTS = /[A-Za-z]\p{Script=Cyrillic}|\p{Script=Cyrillic}[A-Za-z]/u

/** Bytes of one code page that were read in another (`OÕSullivan`, `Cafй`), where the text shows it by itself. */
export function oddlySpelt(text: string): string | undefined {
  if (OF_TWO_SCRIPTS.test(text)) return otherwise(text, 'win1251', 'windows-1252')
  return AMID_WORD.test(text) ? otherwise(text, 'windows-1252', 'macintosh') : undefined
}

const LIKELY = /^[\p{L}\p{M}\p{Nd}\s'’‘“”\-–—.,/&()]+$/u

function otherwise(text: string, readIn: string, savedIn: string): string | undefined {
  const bytes = encoded(text, readIn)
  if (bytes === undefined) return undefined
  const original = iconv.decode(bytes, savedIn)
  return original !== text && LIKELY.test(original) && !AMID_WORD.test(original) ? original : undefined
}

/** Whether this value, saved in one encoding and read in another, is that text. The text is the one that was misread. */
export function canBeMisread(value: string, text: string): boolean {
  if (asciiOf(value) !== asciiOf(text) || value === text) return false
  if (misreadOriginal(text) === value) return true
  // Where the directory itself holds what was misread once, the text puts it right.
  if (misreadOriginal(value) !== undefined || oddlySpelt(value) !== undefined) return false
  return CODE_PAGES.some((saved) => {
    const bytes = encoded(value, saved)
    return bytes !== undefined && CODE_PAGES.some((read) => read !== saved && decoded(bytes, read) === text)
  })
}

function asciiOf(text: string): string {
  return text.replace(/[^\0-\x7f]+/g, '\ufffd')
}

function decoded(bytes: Buffer, page: string): string {
  return iconv.decode(bytes, page).normalize('NFC')
}

/** @returns undefined for text that the code page hasn't */
function encoded(text: string, page: string): Buffer | undefined {
  const bytes = iconv.encode(text, page)
  if (page === 'windows-1252' && HOLES.test(text)) fillHoles(bytes, text)
  else if (iconv.decode(bytes, page) !== text) return undefined
  return bytes
}

function fillHoles(bytes: Buffer, text: string): void {
  for (let at = 0; at < text.length; at++)
    if (HOLES_BYTES.includes(text[at] as string)) bytes[at] = text.charCodeAt(at)
}
