import anyAscii from 'any-ascii'
import { editDistance } from './edit-distance.ts'
import { areFormsOfOneName, isKnownFirstName } from './first-names.ts'

export type PersonNames = {
  firstName?: string | null | undefined
  middleName?: string | null | undefined
  lastName?: string | null | undefined
  knownAs?: string | null | undefined
}

/**
 * How far two people’s names agree. `same`: but for accents, apostrophes, hyphens, blanks, case and order; `alike`: but
 * for short forms, initials, parts of a double name and slips of the keyboard too; `first`: only the first name, as after
 * a marriage; `other`: neither, or nothing but the last name.
 */
export type NameAgreement = 'same' | 'alike' | 'first' | 'other'

export function compareNames(one: PersonNames, other: PersonNames): NameAgreement {
  const [first, last] = [foldName(one.firstName), foldName(one.lastName)]
  const [otherFirst, otherLast] = [foldName(other.firstName), foldName(other.lastName)]
  if (`${first}${last}` === '' || `${otherFirst}${otherLast}` === '') return 'other'
  if (lettersInOrder(first, last) === lettersInOrder(otherFirst, otherLast)) return 'same'
  if (`${first}${last}` === `${otherFirst}${otherLast}`) return 'same'
  const firstAgrees = firstNamesAgree(one, other)
  if (firstAgrees && lastNamesAgree(one.lastName, other.lastName)) return 'alike'
  if (isWord(first) && isWord(last) && areExchanged(one, other)) return 'alike'
  return firstAgrees && isWord(first) && isWord(otherFirst) ? 'first' : 'other'
}

/** A name reduced to small letters without accents, apostrophes, hyphens and blanks: `O’Hara` is `ohara`. */
export function foldName(name: string | null | undefined): string {
  if (!name) return ''
  return (ASCII.test(name) ? name : anyAscii(name)).toLowerCase().replace(NOT_LETTERS, '')
}

const ASCII = /^[\0-\x7f]*$/
const NOT_LETTERS = /[^a-z]+/g

/** First names agree where a short form, an initial, a part, the name that they go by, or a slip is all the difference. */
export function firstNamesAgree(one: PersonNames, other: PersonNames): boolean {
  const names = [one.firstName, one.knownAs].filter(isGiven)
  const others = [other.firstName, other.knownAs].filter(isGiven)
  return (
    names.some((name) => others.some((each) => areOneFirstName(name, each))) ||
    isMiddleNameOf(one, other) ||
    isMiddleNameOf(other, one)
  )
}

export function lastNamesAgree(one: string | null | undefined, other: string | null | undefined): boolean {
  const [name, otherName] = [foldName(one), foldName(other)]
  if (name === '' || otherName === '') return false
  if (isSlip(name, otherName) || transcribed(name) === transcribed(otherName)) return true
  const [parts, otherParts] = [partsOf(one), partsOf(other)]
  return isPart(parts, otherParts) || isPart(otherParts, parts)
}

// People who are known by their middle name may stand under either name.
function isMiddleNameOf(one: PersonNames, other: PersonNames): boolean {
  const middle = foldName(one.middleName)
  return isWord(middle) && middle === foldName(other.firstName)
}

function areOneFirstName(one: string, other: string): boolean {
  const [name, otherName] = [foldName(one), foldName(other)]
  if (name === '' || otherName === '') return false
  if (name === otherName || areFormsOfOneName(name, otherName)) return true
  if (name.length === 1 || otherName.length === 1) return name[0] === otherName[0]
  const [parts, otherParts] = [partsOf(one), partsOf(other)]
  if (parts[0] === otherName || otherParts[0] === name) return true
  if (parts.length === 1 && otherParts.length === 1 && isKnownFirstName(name) && isKnownFirstName(otherName))
    return false
  return isSlip(name, otherName)
}

function areExchanged(one: PersonNames, other: PersonNames): boolean {
  return (
    areOneFirstName(one.firstName ?? '', other.lastName ?? '') &&
    areOneFirstName(one.lastName ?? '', other.firstName ?? '')
  )
}

/** A letter too many, too few, another, or two exchanged; in long names two of these. */
function isSlip(one: string, other: string): boolean {
  if (one === other) return true
  const length = Math.max(one.length, other.length)
  if (length < SHORTEST || Math.abs(one.length - other.length) > 2) return false
  return editDistance(one, other) <= (length >= LONG ? 2 : 1)
}

const SHORTEST = 4
const LONG = 9

/** Müller is written Muller and Mueller; either way of writing æ, ø and å is taken too. */
function transcribed(name: string): string {
  return name.replace(/ae|oe|ue|aa/g, (pair) => (pair === 'ue' ? 'u' : pair === 'oe' ? 'o' : 'a'))
}

function partsOf(name: string | null | undefined): string[] {
  return (name ?? '')
    .split(/[\s\p{Pd}]+/u)
    .map(foldName)
    .filter(isWord)
}

// `Smith` of `Smith-Jones`; but a particle, as in `de Souza`, is no name.
function isPart(parts: readonly string[], of: readonly string[]): boolean {
  if (of.length < 2 || parts.length === 0 || parts.length >= of.length) return false
  return parts.every((part) => part.length >= 3 && of.includes(part))
}

function lettersInOrder(...names: string[]): string {
  return names.sort().join(' ')
}

function isWord(folded: string): boolean {
  return folded.length > 1
}

function isGiven(name: string | null | undefined): name is string {
  return typeof name === 'string' && name !== ''
}
