import { InvalidInput, NotFound } from '../errors.ts'

/** A form's or an address's fields, as they came. */
export type Fields = Record<string, string | string[] | undefined>

/** What is wrong with a form: the field's name, and what to do, in words; after how many seconds, where it is to wait. */
export type FormError = { field: string; message: string; code?: string; retryAfter?: number | undefined }

/** One field's text, trimmed; empty when it wasn't sent, the last one when it was sent several times. */
export function field(fields: Fields | undefined, name: string): string {
  return rawField(fields, name).trim()
}

/** As it was typed: for passwords, whose blanks count. */
export function rawField(fields: Fields | undefined, name: string): string {
  const value = fields?.[name]
  return (Array.isArray(value) ? value.at(-1) : value) ?? ''
}

/** Every value of a field that can be chosen several times. */
export function fieldList(fields: Fields | undefined, name: string): string[] {
  const value = fields?.[name]
  return value === undefined ? [] : [value].flat()
}

/**
 * The number in an address such as /uploads/12.
 * @throws NotFound when it is none: such a page doesn't exist
 */
export function idOf(text: string | undefined): number {
  if (text === undefined || !/^[1-9]\d{0,14}$/.test(text)) throw new NotFound('There is no such page.')
  return Number(text)
}

/** What a caller's mistakes mean for the form that they sent; any other error goes on its way. */
export function formErrors(error: unknown): FormError[] {
  if (!(error instanceof InvalidInput)) throw error
  return [error, ...error.others].map(({ field = '', message, code, retryAfter }) => ({
    ...{ field, message, code, retryAfter },
  }))
}
