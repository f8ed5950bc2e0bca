import { z } from 'zod'
import { settleDuplicate } from '../../../duplicates/settle.ts'
import { InvalidInput } from '../../../errors.ts'
import { endpoint } from '../endpoint.ts'
import { oneOf, organisationCode } from '../parameters.ts'

const accountId = z.int('must be a whole number').min(1, 'must be at least 1')

export const settleADuplicate = endpoint({
  operationId: 'settleDuplicate',
  summary: 'Says of a pair of accounts that they are not the same person, or which of the two to keep',
  query: z.strictObject({ organisation: organisationCode }),
  body: z.strictObject({
    accounts: z.tuple([accountId, accountId]).describe('The pair.'),
    decision: oneOf(['not-same', 'undecided', 'same']).describe(
      '`undecided` takes back that they are not the same.',
    ),
    keep: accountId
      .exactOptional()
      .describe('Of `same`: which stays. The other is planned to become a leaver.'),
  }),
  returns: z.object({ changeSet: z.int().nullable().describe('To be looked at and confirmed.') }),
  handle: async ({ portal, actor, query, body: { accounts, decision, keep } }) => {
    if ((decision === 'same') !== (keep !== undefined))
      throw new InvalidInput('Say which account to keep, where they are the same person.', { field: 'keep' })
    const settlement = decision === 'same' ? { decision, keep: keep as number } : { decision }
    const organisation = { code: query.organisation.trim().toUpperCase() }
    return { changeSet: await settleDuplicate(portal, actor, organisation, accounts, settlement) }
  },
})
