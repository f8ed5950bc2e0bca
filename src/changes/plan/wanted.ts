import { ACCOUNT_FIELDS, type FieldValue, type PersonField } from '../../directory/fields.ts'
import type { Problem } from '../problem.ts'

/** What may be done: to accounts that are there, by making new ones, or both. */
export const MODES = ['update', 'create', 'both'] as const

export type Mode = (typeof MODES)[number]

/** What somebody wants an account to say: null empties a field, and one that is absent stays as it is. */
export type WantedValues = Partial<Record<PersonField, FieldValue>>

/** What is wanted of one account, which is named by its ID, its local ID, or both; else by one of its addresses. */
export type Wanted = {
  /** Its number in the change set. */
  row: number
  values: WantedValues
  /** The account ID given. */
  id: number | null
  /** The local ID given, as in `values`. */
  localId: string | null
  /** Where neither is given: one of its addresses. */
  address?: string
  /** The account's version that whoever wants it saw, where they say. */
  version?: number
  /** With an error among them, nothing of the row is done. */
  problems: Problem[]
  /** What can't be said of the values until the account is known: see `settle-doubts.ts`. */
  doubts?: Doubt[]
}

/**
 * A value that may not be what was meant: data until the account is known. What the account says already asks for
 * nothing, whatever is wrong with it; what the account's value may have become is damage that can be repaired.
 */
export type Doubt = {
  field: PersonField
  /** As it was given. */
  text: string
  /** What it is taken for unless there is an error. Absent: nothing. */
  reading?: FieldValue
  /** What is told where the account settles nothing; null where nothing is wrong then. */
  problem: Problem | null
  damage?: Damage
  /** Whether the account's value says the same in other words, so that it is kept. */
  isSame?: (value: string) => boolean
  /** Of a local ID: such as may have been meant. */
  meant?: readonly string[]
}

/** How a value that an account has may have become the one that was given. */
export type Damage = {
  /** The code of its problem, and the name of its repair. */
  kind: string
  isFrom: (value: string) => boolean
  /** What happened to it, as a sentence. */
  told: (value: string) => string
}

/** What every new account has. `mobile` is among it by a setting. */
export function isRequired(field: PersonField, { mobileRequired }: { mobileRequired: boolean }): boolean {
  return ACCOUNT_FIELDS[field].required || (field === 'mobile' && mobileRequired)
}
