import { findAccount } from '../../../directory/find-accounts.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters } from '../parameters.ts'
import { AccountAnswer, accountAnswer } from './account-schema.ts'

export const showAccount = endpoint({
  operationId: 'showAccount',
  summary: 'An account',
  params: idParameters,
  returns: AccountAnswer,
  handle: async ({ portal, actor, params }) => accountAnswer(await findAccount(portal, actor, params.id)),
})
