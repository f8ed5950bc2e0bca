import type { MatchedAccount } from '../../src/changes/plan/find-matches.ts'
import { planChange } from '../../src/changes/plan/plan-change.ts'
import type { Problem } from '../../src/changes/problem.ts'
import { foldKey } from '../../src/directory/address-name.ts'
import type { PersonField } from '../../src/directory/fields.ts'
import { UPLOAD_FORMAT } from '../../src/uploads/columns.ts'
import { readHeadings } from '../../src/uploads/headings.ts'
import { FITTING } from '../../src/uploads/row-shape.ts'
import { validateRow } from '../../src/uploads/validate-row.ts'
import { CONTEXT, PLANNING } from './read-upload.ts'

/**
 * What becomes of an account's row whose one cell holds this, told in short.
 * @param stored what the account has there
 * @param others cells besides it
 */
export function judge(
  field: PersonField,
  stored: string | null,
  cell: string,
  others: Partial<Record<PersonField, string>> = {},
): string {
  const headings = readHeadings(['ID', ...[...Object.keys(others), field].map(headingOf)], 1, UPLOAD_FORMAT)
  const cells = ['7', ...Object.values(others), cell]
  const row = { row: 2, cells, length: 10, isBlank: false, shape: FITTING }
  const account: MatchedAccount = {
    ...{ id: 7, version: 1, status: 'Active', statusSince: null },
    localIdKey: field === 'localId' && stored !== null ? foldKey(stored) : 'k',
    fields: { localId: 'K', [field]: stored },
  }
  const match = { byId: account, byLocalId: null, similar: null }
  const change = planChange(validateRow(row, headings, CONTEXT), match, () => 1, PLANNING)
  const [problem] = change.problems as Problem[]
  const done = change.action === 'update' ? String(change.after?.[field]) : change.action
  if (change.action === 'error') return `${change.alternative ? 'repair' : 'error'} ${problem?.code}`
  if (problem) return `warning ${problem.code}: ${done}`
  return change.action === 'update' ? `update: ${done}` : done
}

function headingOf(field: string): string {
  return UPLOAD_FORMAT.columns.find(({ name }) => name === field)?.heading as string
}
