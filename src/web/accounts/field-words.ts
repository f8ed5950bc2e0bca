import { ACCOUNT_FIELDS, type FieldName, type FieldValue } from '../../directory/fields.ts'
import { mobileWords } from '../../directory/mobile.ts'
import { date } from '../../words.ts'

/** A field as pages name it. The history has more: its address, its status, and the account itself. */
export function fieldWord(field: string): string {
  if (field === 'account') return 'Account'
  return ACCOUNT_FIELDS[field as FieldName]?.label ?? field
}

const DAY = /^\d{4}-\d{2}-\d{2}$/

/** A field's value as pages show it; empty is ''. A mobile as people say it. */
export function valueWords(value: FieldValue, field: string): string {
  if (field === 'mobile' && typeof value === 'string') return mobileWords(value)
  if (field === 'startsOn' && typeof value === 'string' && DAY.test(value)) return date(new Date(value))
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  return typeof value === 'string' ? value : (value ?? []).join(', ')
}
