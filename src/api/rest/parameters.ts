import { z } from 'zod'
import { isPlainText } from '../../plain-text.ts'

/** What several endpoints take. Empty parameters (`?action=&after=`) are dropped before these are asked. */

/** Plain text, of so many characters at most. */
export function text(maxLength: number, whenMissing = 'must be text') {
  return z
    .string(whenMissing)
    .max(maxLength, `must be at most ${maxLength} characters`)
    .refine(isPlainText, 'must not contain a character that can’t be shown')
}

export const idParameters = z.strictObject({
  id: z.coerce.number().int().positive().meta({ description: 'The ID.' }),
})

export const organisationCode = text(50, 'must be given: the organisation’s code, such as RX1').describe(
  'The organisation’s code, such as RX1.',
)

export const limit = z.coerce
  .number('must be a number')
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(1000, 'must be at most 1000')
  .default(100)
  .describe('How many at most: up to 1,000.')

/** Of a list whose pages go on after a number (an ID, a row). */
export const afterNumber = z.coerce
  .number('must be a number')
  .int('must be a whole number')
  .min(0, 'must not be negative')
  .max(2_147_483_647, 'is too large')
  .exactOptional()
  .describe('The `next` of the page before.')

/** Of a list whose pages go on after a place that only the list understands. */
export const afterPlace = text(1000).exactOptional().describe('The `next` of the page before.')

export function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, `must be one of: ${values.join(', ')}`)
}

/** One or several of these, with commas between. */
export function severalOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z
    .string()
    .transform((given) => given.split(','))
    .pipe(z.array(oneOf(values)))
    .meta({ type: 'string' })
}

export const yesOrNo = z
  .enum(['true', 'false'], 'must be true or false')
  .transform((given) => given === 'true')
  .meta({ type: 'boolean' })

/** A field of an account, as it was or becomes. */
export const fieldValue = z.union([z.string(), z.boolean(), z.array(z.string()).readonly(), z.null()])
