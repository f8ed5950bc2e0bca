import { ACCOUNT_FIELDS, type PersonField } from '../../directory/fields.ts'
import { type SlightDifference, slightDifference } from '../../directory/look-alike-texts.ts'
import type { Problem } from '../problem.ts'
import { shown } from '../values.ts'
import type { MatchedAccount } from './find-matches.ts'
import type { Planning } from './plan-problems.ts'
import type { Wanted } from './wanted.ts'

/**
 * A row without the values that look like those which the account has, and with a word about those that differ from it in
 * letters' case or accents alone: whoever sends them may have been given them by a payroll.
 */
export function withoutLookAlikes(row: Wanted, account: MatchedAccount, planning: Planning): Wanted {
  let noted = row
  for (const field in row.values) {
    const value = row.values[field as PersonField]
    const old = account.fields[field]
    if (typeof value !== 'string' || typeof old !== 'string' || value === old) continue
    const difference = slightDifference(old, value)
    if (difference === undefined) continue
    if (noted === row) noted = { ...row, values: { ...row.values }, problems: [...row.problems] }
    note(noted, { field: field as PersonField, value, old, difference }, planning)
  }
  return noted
}

type Slight = { field: PersonField; value: string; old: string; difference: SlightDifference }

function note(row: Wanted, { field, value, old, difference }: Slight, planning: Planning): void {
  if (field === 'localId') {
    // The key is the same, and a row that gives nothing else to know the account by is right in any letters.
    if (difference !== 'case' || row.id === null) return
    tell(
      `The directory writes it ${shown(old)}, and goes on doing so: capital letters make no other local ID.`,
    )
    return
  }
  const { label } = ACCOUNT_FIELDS[field]
  if (difference === 'case')
    tell(`${label} ${shown(value)} differs from ${shown(old)} in capital letters alone.`)
  else if (difference === 'accents')
    tell(`${label} ${shown(value)} differs from ${shown(old)} in accents alone.`)
  else {
    delete row.values[field]
    if (difference === 'look-alikes')
      tell(
        `${label} ${shown(value)} looks like ${shown(old)}, so that was kept. To have the other signs, edit the account.`,
      )
  }

  function tell(message: string): void {
    const problem = { column: planning.headingOf(field), value, message, severity: 'warning' as const }
    row.problems.push({ ...problem, code: `only-${difference}` } satisfies Problem)
  }
}
