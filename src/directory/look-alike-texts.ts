import anyAscii from 'any-ascii'

/** How little two different texts differ in: nothing that is seen, signs that look alike, letters' case, or accents. */
export type SlightDifference = 'blanks' | 'look-alikes' | 'case' | 'accents'

const PLAIN = /^[A-Za-z0-9]+(?: [A-Za-z0-9]+)*$/

/** @returns undefined where they differ in more */
export function slightDifference(one: string, other: string): SlightDifference | undefined {
  if (PLAIN.test(one) && PLAIN.test(other))
    return one.length === other.length && one.toLowerCase() === other.toLowerCase() ? 'case' : undefined
  const [seen, otherSeen] = [asSeen(one), asSeen(other)]
  if (seen === otherSeen) return 'blanks'
  const [alike, otherAlike] = [alikeSigns(seen), alikeSigns(otherSeen)]
  if (alike === otherAlike) return 'look-alikes'
  if (alike.toLowerCase() === otherAlike.toLowerCase()) return 'case'
  return anyAscii(alike).toLowerCase() === anyAscii(otherAlike).toLowerCase() && hasSameScript(one, other)
    ? 'accents'
    : undefined
}

const APOSTROPHES = /[’‘ʼ‛`´′＇]/g
const HYPHENS = /[\u2010-\u2015\u2212\uff0d]/g

/** Apostrophes and hyphens of one kind. */
export function alikeSigns(text: string): string {
  return text.replace(APOSTROPHES, "'").replace(HYPHENS, '-').replace(/[“”„]/g, '"')
}

function asSeen(text: string): string {
  return text
    .replace(/[\u00ad\u200b\u200e\u200f\u2060\ufeff]/g, '')
    .replace(/\s+/gu, ' ')
    .trim()
}

// Transliterated, a name in another script is the same to a program and another to a person.
function hasSameScript(one: string, other: string): boolean {
  return (
    /\p{Script=Latin}/u.test(one) === /\p{Script=Latin}/u.test(other) &&
    !/[^\p{Script=Latin}\P{L}]/u.test(one + other)
  )
}
