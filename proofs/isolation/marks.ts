/** Marks in every value of an organisation's data, so that a piece of it is known wherever it turns up. */

/** The organisations of the proof: marks have their letter or its number. */
export const LETTERS = ['a', 'b', 'c', 'd'] as const

export type Letter = (typeof LETTERS)[number]

/** Who sees accounts may not see uploads; and few see the outbox. */
export type Matter = 'directory' | 'uploads' | 'outbox'

export type Mark = { text: string; letter: Letter; matter: Matter }

/** What has numbers of its own; they begin so that they are marks too. */
export const NUMBERED = [
  'organisation',
  'account',
  'change_set',
  'report_run',
  'mail',
  'administrator',
] as const

const MATTER_OF_WORD = { d: 'directory', u: 'uploads' } as const
const MATTER_OF_NUMBER: Record<(typeof NUMBERED)[number], Matter> = {
  organisation: 'directory',
  account: 'directory',
  change_set: 'uploads',
  report_run: 'directory',
  mail: 'outbox',
  administrator: 'directory',
}

// Words (zqbdaaac), numbers of things (421000003), and mobiles (+447920000003, 07920000003): whose, of what, and a serial number.
const MARK =
  /zq(?<word>[a-d])(?<of>[du])a[a-z]{3}|(?<!\w)4(?<number>[1-4])(?<kind>[0-5])000\d{3}(?!\w)|(?<=44|(?<!\d)0)79(?<mobile>[1-4])000\d{4}(?!\d)/gi

/** Every mark in a text, as it is written there. */
export function marksIn(text: string): Mark[] {
  return [...text.matchAll(MARK)].map(({ 0: found, groups = {} }) => ({
    text: found,
    letter: (groups.word?.toLowerCase() ?? LETTERS[Number(groups.number ?? groups.mobile) - 1]) as Letter,
    matter:
      groups.kind !== undefined
        ? MATTER_OF_NUMBER[NUMBERED[Number(groups.kind)] as (typeof NUMBERED)[number]]
        : MATTER_OF_WORD[(groups.of?.toLowerCase() ?? 'd') as 'd' | 'u'],
  }))
}

/** The words of its marks, folded. */
export function wordsIn(text: string): Set<string> {
  return new Set(marksIn(text).map((mark) => mark.text.toLowerCase()))
}

/** The first number of an organisation's things of a kind. */
export function firstNumber(letter: Letter, kind: (typeof NUMBERED)[number]): number {
  return 400_000_001 + (LETTERS.indexOf(letter) + 1) * 10_000_000 + NUMBERED.indexOf(kind) * 1_000_000
}

/** What the proof's own requests make has numbers from here on: no marks, and behind all marks in every order. */
export const FIRST_NEW_NUMBER = 450_000_001

/** The same value with marks that nobody has: as long, and at the same place in any order. */
export function twinOf(value: string): string {
  return value.replace(MARK, (mark) =>
    /^\d/.test(mark)
      ? `${mark.slice(0, 3)}9${mark.slice(4)}`
      : `${mark.slice(0, 4)}${mark[4] === 'A' ? 'X' : 'x'}${mark.slice(5)}`,
  )
}

/** What `twinOf` made, as it was: so that an answer to a twin can be compared with one to what it is the twin of. */
export function untwinned(text: string): string {
  return text
    .replace(
      /(zq[a-d][du])(x)([a-z]{3})/gi,
      (_, before, x, after) => `${before}${x === 'X' ? 'A' : 'a'}${after}`,
    )
    .replace(/(?<!\w)(0?4[1-4][0-5])900(\d{3})(?!\w)/g, '$1000$2') // a telephone number gets its zero back
    .replace(/(79[1-4])900(\d{4})/g, '$1000$2')
    .replace(/(?<=079[1-4])9(?= 000 \d{3}(?!\d))/g, '0') // as a page writes it
}

/** Makes marks of one organisation, each once. */
export function marker(letter: Letter): { word(matter?: 'directory' | 'uploads'): string; mobile(): string } {
  let words = 0
  let mobiles = 0
  return {
    word: (matter = 'directory') => `Zq${letter}${matter === 'directory' ? 'd' : 'u'}${apart(words++)}`,
    mobile: () => `+4479${LETTERS.indexOf(letter) + 1}000${String(++mobiles).padStart(4, '0')}`,
  }
}

// Any two differ in two letters at least, so that what is nearest to a word is no other one with or without its twin.
function apart(n: number): string {
  const [, , one, other] = serial(n)
  const sum = (serial(n).charCodeAt(2) + serial(n).charCodeAt(3) - 2 * 97) % 26
  return `a${one}${other}${String.fromCharCode(97 + sum)}`
}

/** aaaa, aaab, and so on: as letters, since names have no digits. */
export function serial(n: number): string {
  return [17_576, 676, 26, 1].map((size) => String.fromCharCode(97 + (Math.floor(n / size) % 26))).join('')
}
