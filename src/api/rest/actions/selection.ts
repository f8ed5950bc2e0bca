import { z } from 'zod'
import { ACCOUNT_STATUSES, MAILBOX_TYPES } from '../../../directory/account.ts'
import { type AccountSelection, MOST_NAMED } from '../../../directory/selection.ts'
import { oneOf, text } from '../parameters.ts'

const accountId = z.int('must be a whole number').min(1, 'must be at least 1')

const filter = z
  .strictObject({
    search: text(200).exactOptional().describe('As the page of people searches.'),
    status: oneOf(ACCOUNT_STATUSES).exactOptional().describe('Without one: all but the deleted.'),
    type: oneOf(MAILBOX_TYPES).exactOptional(),
    site: text(200).exactOptional(),
    unit: text(200).exactOptional(),
  })
  .describe('Whoever matches when the plan is made: everybody, where nothing is said.')

/** Which accounts of an organisation are meant. */
export const Selection: z.ZodType<AccountSelection> = z
  .union([
    z.strictObject({ ids: z.array(accountId).min(1).max(MOST_NAMED) }),
    z.strictObject({ localIds: z.array(text(1000)).min(1).max(MOST_NAMED) }),
    z.strictObject({ filter }),
  ])
  .describe('The accounts: { ids }, { localIds } or { filter }.')
  .meta({ id: 'AccountSelection' })
