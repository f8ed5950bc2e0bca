import type { FastifyReply } from 'fastify'
import type { z } from 'zod'
import type { Actor } from '../../../access/actor.ts'
import { findAccount } from '../../../directory/find-accounts.ts'
import type { Portal } from '../../../portal.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters } from '../parameters.ts'
import { AccountAnswer, accountAnswer } from './account-schema.ts'
import { tagVersion } from './version.ts'

export const showAccount = endpoint({
  operationId: 'showAccount',
  summary: 'An account',
  params: idParameters,
  returns: AccountAnswer,
  handle: ({ portal, actor, params, reply }) => currentAccount(portal, actor, params.id, reply),
})

/** Answers an account as it is now, with its version. */
export async function currentAccount(
  portal: Portal,
  actor: Actor,
  id: number,
  reply: FastifyReply,
): Promise<z.output<typeof AccountAnswer>> {
  const account = await findAccount(portal, actor, id)
  tagVersion(reply, account.version)
  return accountAnswer(account)
}
