import { ACCOUNT_FIELDS, type FieldValue, type PersonField } from '../../directory/fields.ts'
import type { Problem } from '../problem.ts'

/** What may be done: to accounts that are there, by making new ones, or both. */
export const MODES = ['update', 'create', 'both'] as const

export type Mode = (typeof MODES)[number]

/** What somebody wants an account to say: null empties a field, and one that is absent stays as it is. */
export type WantedValues = Partial<Record<PersonField, FieldValue>>

/** What is wanted of one account, which is named by its ID, its local ID, or both. */
export type Wanted = {
  /** Its number in the change set. */
  row: number
  values: WantedValues
  /** The account ID given. */
  id: number | null
  /** The local ID given, as in `values`. */
  localId: string | null
  /** With an error among them, nothing of the row is done. */
  problems: Problem[]
}

/** What every new account has. `mobile` is among it by a setting. */
export function isRequired(field: PersonField, { mobileRequired }: { mobileRequired: boolean }): boolean {
  return ACCOUNT_FIELDS[field].required || (field === 'mobile' && mobileRequired)
}
