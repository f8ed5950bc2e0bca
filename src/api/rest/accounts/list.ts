import { z } from 'zod'
import { ACCOUNT_STATUSES, MAILBOX_TYPES } from '../../../directory/account.ts'
import { findAccounts } from '../../../directory/find-accounts.ts'
import { ACCOUNT_SORTS, DIRECTIONS } from '../../../directory/order-sql.ts'
import { endpoint } from '../endpoint.ts'
import { afterPlace, limit, oneOf, organisationCode, severalOf, text, yesOrNo } from '../parameters.ts'
import { AccountAnswer, accountAnswer } from './account-schema.ts'

export const listOfAccounts = endpoint({
  operationId: 'listAccounts',
  summary: 'Accounts, in pages; deleted ones are left out unless they are asked for',
  query: z.strictObject({
    organisation: organisationCode.exactOptional(),
    localId: text(64).exactOptional().describe('Exactly this one, without regard to case.'),
    search: text(200)
      .exactOptional()
      .describe('Words to be found in names, local ID, addresses, job title, department or numbers.'),
    status: severalOf(ACCOUNT_STATUSES).exactOptional().describe('One or several, with commas between.'),
    type: oneOf(MAILBOX_TYPES).exactOptional(),
    site: text(200).exactOptional().describe('Its name.'),
    unit: text(200).exactOptional().describe('Its name.'),
    changedSince: text(10).exactOptional().describe('A day, such as 2026-11-30.'),
    hasLocalId: yesOrNo.exactOptional(),
    hidden: yesOrNo.exactOptional().describe('Whether hidden from the directory.'),
    dueWithin: z.coerce
      .number()
      .int()
      .min(0)
      .max(366)
      .exactOptional()
      .describe('Of whom something becomes by itself within so many days; ask for the statuses too.'),
    notInUpload: z.coerce
      .number()
      .int()
      .positive()
      .exactOptional()
      .describe('Whoever the file of this upload does not name.'),
    sort: oneOf(ACCOUNT_SORTS).exactOptional().describe('By name when left out.'),
    direction: oneOf(DIRECTIONS).exactOptional(),
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
