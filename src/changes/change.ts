import { FIELD_NAMES, type FieldValue } from '../directory/fields.ts'
import type { ChangeAction } from './change-set.ts'

/** Field names (camelCase of the headings) and their values; only the fields that change. */
export type FieldValues = Record<string, FieldValue>

/**
 * One row of a change set as it is planned. Written once and then never rewritten: once applied, it is the account's
 * history.
 */
export type PlannedChange = {
  row: number
  action: ChangeAction
  /** For a row that creates: the ID set aside for the new account. */
  accountId: number | null
  /** The account's version when the change was planned. */
  accountVersion: number | null
  localId: string | null
  /** The folded local ID, only where the row would take it: for a new account, or a changed local ID. */
  localIdKey: string | null
  before: FieldValues | null
  after: FieldValues | null
  /** What is wrong with the row, as its planner describes it: stored and shown, never interpreted here. */
  problems: readonly object[]
  similarAccountId: number | null
}

const PLACES = new Map<string, number>(FIELD_NAMES.map((field, at) => [field, at]))

/** The fields in the order in which people know them; the database keeps none. */
export function fieldsInOrder(values: FieldValues): [field: string, value: FieldValue][] {
  const place = (field: string) => PLACES.get(field) ?? PLACES.size
  return Object.entries(values).sort(([one], [other]) => place(one) - place(other))
}
