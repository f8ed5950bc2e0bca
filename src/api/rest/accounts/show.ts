import { findAccount } from '../../../directory/find-accounts.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters } from '../parameters.ts'
import { AccountAnswer, accountAnswer } from './account-schema.ts'
import { tagVersion } from './version.ts'

export const showAccount = endpoint({
  operationId: 'showAccount',
  summary: 'An account',
  params: idParameters,
  returns: AccountAnswer,
  sends: ['ETag'],
  handle: async ({ portal, actor, params, reply }) => {
    const account = await findAccount(portal, actor, params.id)
    tagVersion(reply, account.version)
    return accountAnswer(account)
  },
})
