import {
  compareNames,
  firstNamesAgree,
  lastNamesAgree,
  type PersonNames,
} from '../../directory/compare-names.ts'
import type { FieldValues } from '../change.ts'
import type { MatchedAccount } from './find-matches.ts'

/**
 * Whether these changes would make somebody else of an account: both names become others, or the local ID and one of
 * them. Another last name alone is a marriage; short forms, slips and names in the other order are the same person.
 */
export function isDifferentPerson({ fields }: Pick<MatchedAccount, 'fields'>, after: FieldValues): boolean {
  if (!('firstName' in after || 'lastName' in after)) return false
  const old: PersonNames = fields
  const now: PersonNames = { firstName: old.firstName, lastName: old.lastName, ...after }
  if (['same', 'alike'].includes(compareNames(old, now))) return false
  const isOtherFirst = 'firstName' in after && isGiven(old.firstName) && !firstNamesAgree(old, now)
  const isOtherLast =
    'lastName' in after && isGiven(old.lastName) && !lastNamesAgree(old.lastName, now.lastName)
  return isOtherLocalId(fields.localId, after.localId)
    ? isOtherFirst || isOtherLast
    : isOtherFirst && isOtherLast
}

/** Another one than with zeros lost or found at its beginning. */
function isOtherLocalId(old: unknown, now: unknown): boolean {
  const bare = (text: string) => text.trim().toLowerCase().replace(/^0+/, '')
  return typeof old === 'string' && typeof now === 'string' && bare(old) !== bare(now)
}

function isGiven(name: string | null | undefined): boolean {
  return typeof name === 'string' && name !== ''
}
