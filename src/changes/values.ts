import type { FieldValue } from '../directory/fields.ts'

export function isSame(one: FieldValue, other: FieldValue): boolean {
  return one === other || (Array.isArray(one) && JSON.stringify(one) === JSON.stringify(other))
}

/** A value as a sentence tells it. */
export function shown(value: FieldValue): string {
  if (value === null) return 'empty'
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  return typeof value === 'string' ? `“${value}”` : value.join(', ')
}
