import type { FieldValue } from '../../directory/fields.ts'
import { fieldWord, valueWords } from './field-words.ts'

/** A changed field as pages show it; what was empty before has '' as its old value. */
export type ChangeView = { field: string; old: string; new: string; emptied: boolean }

export function changeView(change: { field: string; old: FieldValue; new: FieldValue }): ChangeView {
  return {
    field: fieldWord(change.field),
    old: valueWords(change.old, change.field),
    new: valueWords(change.new, change.field),
    emptied: change.new === null,
  }
}
