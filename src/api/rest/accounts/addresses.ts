import { z } from 'zod'
import type { Actor } from '../../../access/actor.ts'
import { addAddress, choosePrimaryAddress, removeAddress } from '../../../edits/addresses.ts'
import type { Portal } from '../../../portal.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters, text } from '../parameters.ts'
import { AccountAnswer } from './account-schema.ts'
import { currentAccount } from './show.ts'
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
    handle: async ({ portal, actor, params, body, reply }) => {
      await work(portal, actor, params.id, body.address)
      return currentAccount(portal, actor, params.id, reply)
    },
  })
}

export const removeAnAddress = endpoint({
  operationId: 'removeAddress',
  summary: 'Takes one of the other addresses away: it is free for others then',
  params: z.strictObject({ ...idParameters.shape, address: text(254) }),
  returns: AccountAnswer,
  handle: async ({ portal, actor, params, reply }) => {
    await removeAddress(portal, actor, params.id, params.address)
    return currentAccount(portal, actor, params.id, reply)
  },
})
