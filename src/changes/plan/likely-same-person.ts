import { foldKey } from '../../directory/address-name.ts'
import { compareNames, type NameAgreement, type PersonNames } from '../../directory/compare-names.ts'
import { editDistance } from '../../directory/edit-distance.ts'
import type { FieldValues } from '../change.ts'

/** In what a person is like another one, besides the name. */
export type Likeness = 'name-and-mobile' | 'secondary-email' | 'near-local-id' | 'name-and-job'

export type Resemblance = { why: Likeness; names: Exclude<NameAgreement, 'other'> }

/** At a mobile or address of more people than this, another last name is another person: it is a ward’s, or a family’s. */
const MOST_OF_A_COUPLE = 2

/**
 * Whether two records are likely to be of one person, and why; null where they are of two, as far as can be told. Names
 * that are others are two people, whatever else agrees: families and colleagues share mobiles and addresses.
 * @param crowd how many have the same mobile or address
 */
export function resemblance(
  one: FieldValues,
  other: FieldValues,
  crowd: { mobile: number; secondaryEmail: number },
): Resemblance | null {
  const names = compareNames(one as PersonNames, other as PersonNames)
  if (names === 'other') return null
  const isNamed = names !== 'first'
  if (isSame(one, other, 'mobile') && (isNamed || crowd.mobile <= MOST_OF_A_COUPLE))
    return { why: 'name-and-mobile', names }
  if (haveSameAddress(one, other) && (isNamed || crowd.secondaryEmail <= MOST_OF_A_COUPLE))
    return { why: 'secondary-email', names }
  if (isNamed && isNear(one.localId, other.localId) && !isContradicted(one, other))
    return { why: 'near-local-id', names }
  return isNamed && haveSameJob(one, other) ? { why: 'name-and-job', names } : null
}

/** Which of two resemblances tells more. */
export function compareResemblances(one: Resemblance, other: Resemblance): number {
  return strengthOf(one) - strengthOf(other)
}

/** 0 for the one that tells most; it says the same as `compareResemblances`. */
export function strengthOf({ names, why }: Resemblance): number {
  return NAMES.indexOf(names) * WHY.length + WHY.indexOf(why)
}

const NAMES: readonly NameAgreement[] = ['same', 'alike', 'first']
const WHY: readonly Likeness[] = ['name-and-mobile', 'secondary-email', 'near-local-id', 'name-and-job']

function isSame(one: FieldValues, other: FieldValues, field: string): boolean {
  return typeof one[field] === 'string' && one[field] === other[field]
}

function differ(one: FieldValues, other: FieldValues, field: string): boolean {
  return typeof one[field] === 'string' && typeof other[field] === 'string' && one[field] !== other[field]
}

function haveSameAddress(one: FieldValues, other: FieldValues): boolean {
  const [email, otherEmail] = [one.secondaryEmail, other.secondaryEmail]
  return typeof email === 'string' && typeof otherEmail === 'string' && foldKey(email) === foldKey(otherEmail)
}

/** One sign replaced, left out or too many, or two exchanged. */
function isNear(one: unknown, other: unknown): boolean {
  if (typeof one !== 'string' || typeof other !== 'string') return false
  const [key, otherKey] = [foldKey(one), foldKey(other)]
  if (Math.min(key.length, otherKey.length) < SHORTEST_NEAR) return false
  return /\d/.test(key) && editDistance(key, otherKey) === 1
}

/** Shorter local IDs are all near to each other. */
export const SHORTEST_NEAR = 4

function haveSameJob(one: FieldValues, other: FieldValues): boolean {
  if (!isSame(one, other, 'jobTitle') || !isSame(one, other, 'department')) return false
  return !differ(one, other, 'middleName') && !isContradicted(one, other)
}

// Two people of one name may have the same post, or local IDs side by side. Where their mobiles differ, something else of
// their own has to agree.
function isContradicted(one: FieldValues, other: FieldValues): boolean {
  return differ(one, other, 'mobile') && !isSame(one, other, 'telephone') && !isSame(one, other, 'middleName')
}
