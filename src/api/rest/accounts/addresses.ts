import { z } from 'zod'
import type { Actor } from '../../../access/actor.ts'
import { addAddress, choosePrimaryAddress, removeAddress } from '../../../edits/addresses.ts'
import type { Edited } from '../../../edits/edit-account.ts'
import type { Portal } from '../../../portal.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters, text } from '../parameters.ts'
import { EditedAnswer } from './account-schema.ts'
import { editedAccount } from './edited.ts'
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
  work: (portal: Portal, actor: Actor, id: number, address: string) => Promise<Edited>,
) {
  return endpoint({
    operationId,
    summary,
    params: idParameters,
    body: z.strictObject({ address: ownAddress }),
    returns: EditedAnswer,
    sends: ['ETag'],
    handle: async ({ portal, actor, params, body, reply }) => {
      const { warnings } = await work(portal, actor, params.id, body.address)
      return editedAccount(portal, actor, params.id, { warnings, reply })
    },
  })
}

export const removeAnAddress = endpoint({
  operationId: 'removeAddress',
  summary: 'Takes one of the other addresses away: it is free for others then',
  params: z.strictObject({ ...idParameters.shape, address: text(254) }),
  returns: EditedAnswer,
  sends: ['ETag'],
  handle: async ({ portal, actor, params, reply }) => {
    const { warnings } = await removeAddress(portal, actor, params.id, params.address)
    return editedAccount(portal, actor, params.id, { warnings, reply })
  },
})
