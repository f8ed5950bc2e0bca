import { ACCOUNT_FIELDS, type FieldName, type FieldValue } from '../../directory/fields.ts'

/** A field as pages name it. The history has more: its address, its status, and the account itself. */
export function fieldWord(field: string): string {
  if (field === 'account') return 'Account'
  return ACCOUNT_FIELDS[field as FieldName]?.label ?? field
}

/** A field's value as pages show it; empty is ''. */
export function valueWords(value: FieldValue): string {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  return typeof value === 'string' ? value : (value ?? []).join(', ')
}
