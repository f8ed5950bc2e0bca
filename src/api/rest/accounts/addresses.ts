import { z } from 'zod'
import type { Actor } from '../../../access/actor.ts'
import { findAccount } from '../../../directory/find-accounts.ts'
import { addAddress, choosePrimaryAddress, removeAddress } from '../../../edits/addresses.ts'
import type { Portal } from '../../../portal.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters, text } from '../parameters.ts'
import { AccountAnswer, accountAnswer } from './account-schema.ts'
import { ownAddress } from './values.ts'

export const addAnAddress = changes(
  'addAddress',
  'Another address for an account: mail to it arrives too',
  addAddress,
)

export const choosePrimary = changes(
  'choosePrimaryAddress',
  'Makes an address the primary one; the one that was stays as one of the others',
  choosePrimaryAddress,
)

function changes(
  operationId: string,
  summary: string,
  work: (portal: Portal, actor: Actor, id: number, address: string) => Promise<unknown>,
) {
  return endpoint({
    operationId,
    summary,
    params: idParameters,
    body: z.strictObject({ address: ownAddress }),
    returns: AccountAnswer,
    handle: async ({ portal, actor, params, body }) => {
      await work(portal, actor, params.id, body.address)
      return accountAnswer(await findAccount(portal, actor, params.id))
    },
  })
}

export const removeAnAddress = endpoint({
  operationId: 'removeAddress',
  summary: 'Takes one of the other addresses away: it is free for others then',
  params: z.strictObject({ ...idParameters.shape, address: text(254) }),
  returns: AccountAnswer,
  handle: async ({ portal, actor, params }) => {
    await removeAddress(portal, actor, params.id, params.address)
    return accountAnswer(await findAccount(portal, actor, params.id))
  },
})
