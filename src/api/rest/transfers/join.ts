import { z } from 'zod'
import { findAccount } from '../../../directory/find-accounts.ts'
import { joinLeaver } from '../../../transfers/join.ts'
import { AccountAnswer, accountAnswer } from '../accounts/account-schema.ts'
import { endpoint } from '../endpoint.ts'
import { organisationCode, text } from '../parameters.ts'

export const joinALeaver = endpoint({
  operationId: 'joinLeaver',
  summary: 'Takes on somebody who has left another organisation, with their account',
  body: z.strictObject({
    to: organisationCode.describe('Who takes them on.'),
    emailAddress: text(254).describe('One of the addresses that they had.'),
    formerLocalId: text(64).describe('Their local ID where they left.'),
    localId: text(64).describe('The local ID that they get.'),
    site: text(200).exactOptional(),
    organisationalUnit: text(200).exactOptional(),
  }),
  returns: AccountAnswer,
  handle: async ({ portal, actor, body }) => {
    const { accountId } = await joinLeaver(portal, actor, body)
    return accountAnswer(await findAccount(portal, actor, accountId))
  },
})
