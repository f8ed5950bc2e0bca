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

/** A value as a cell of a file holds it: nothing where it is empty. */
export function asCell(value: FieldValue): string {
  if (value === null) return ''
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  return typeof value === 'string' ? value : value.join(', ')
}
