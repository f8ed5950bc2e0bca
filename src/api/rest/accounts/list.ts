import { z } from 'zod'
import { findAccounts } from '../../../directory/find-accounts.ts'
import { endpoint } from '../endpoint.ts'
import { afterPlace, limit, organisationCode, text } from '../parameters.ts'
import { AccountAnswer, accountAnswer } from './account-schema.ts'

export const listOfAccounts = endpoint({
  operationId: 'listAccounts',
  summary: 'Accounts by name; deleted ones are left out',
  query: z.strictObject({
    organisation: organisationCode.exactOptional(),
    localId: text(64).exactOptional().describe('Exactly this one, without regard to case.'),
    search: text(200).exactOptional().describe('Words to be found in names, local ID, addresses or mobile.'),
    after: afterPlace,
    limit,
  }),
  returns: z.object({ accounts: z.array(AccountAnswer), next: z.string().nullable() }),
  handle: async ({ portal, actor, query: { organisation, ...filters } }) => {
    const { accounts, next } = await findAccounts(portal, actor, {
      ...filters,
      ...(organisation === undefined ? {} : { organisationCode: organisation }),
      count: false,
    })
    return { accounts: accounts.map(accountAnswer), next }
  },
})
