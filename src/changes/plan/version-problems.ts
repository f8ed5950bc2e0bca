import { type FieldValue, labelOf, type PersonField } from '../../directory/fields.ts'
import { type LastWrite, whoChanged } from '../last-write.ts'
import type { Problem } from '../problem.ts'
import { asCell, shown } from '../values.ts'
import type { MatchedAccount } from './find-matches.ts'
import type { Planning } from './plan-problems.ts'
import type { Wanted } from './wanted.ts'

/** A cell that says something else than the account, which was seen at an earlier version. */
export type Cell = { field: PersonField; value: FieldValue; now: FieldValue; seen: number }

/** A cell that is as it was when it was seen, and so isn't what anybody wants. */
export function leftProblem(
  { field, value, now, seen }: Cell,
  write: LastWrite,
  { headingOf }: Planning,
): Problem {
  return {
    column: headingOf(field),
    code: 'left-as-changed',
    message: `${labelOf(field)} stays ${shown(now)}: ${whoChanged(write)}. The row still says ${shown(value)}, as the account did at version ${seen}.`,
    value: asCell(value) || null,
    severity: 'warning',
  }
}

/** A cell that was changed, of a field that somebody else has changed to something else. */
export function conflictProblem(
  { field, value, now, seen }: Cell,
  base: { value: FieldValue; write: LastWrite } | null,
  { headingOf }: Planning,
): Problem {
  const was = base
    ? `${labelOf(field)} was ${shown(base.value)} at version ${seen}, and is ${shown(now)} now: ${whoChanged(base.write)}.`
    : `${labelOf(field)} is ${shown(now)} now. What it was at version ${seen}, and who has changed it since, isn’t known any more.`
  return {
    column: headingOf(field),
    code: 'changed-by-others',
    message: `${was} The row says ${shown(value)}. Choose which of them stays.`,
    value: asCell(value) || null,
    severity: 'warning',
  }
}

export function versionAhead(
  { version }: Wanted,
  { version: now }: MatchedAccount,
  { headingOf }: Planning,
): Problem {
  return {
    column: headingOf('version'),
    code: 'version-ahead',
    message: `The account has no version ${version} yet: it is at ${now}. So the row was taken from another account, or its cells have moved. Compare it with the account as it is now, and take the row from there.`,
    value: String(version),
    severity: 'error',
  }
}

export function versionOfNobody({ version }: Wanted, { headingOf }: Planning): Problem {
  return {
    column: headingOf('version'),
    code: 'version-of-nobody',
    message: `Version ${version} says that the row was taken from an account that is there, but it reaches none. If it is about a new person, empty this cell; if not, compare its ID and local ID with the account’s.`,
    value: String(version),
    severity: 'warning',
  }
}
