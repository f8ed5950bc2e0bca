import type { Actor } from '../../../access/actor.ts'
import { cancelChangeSet } from '../../../changes/cancel.ts'
import { confirmChangeSet } from '../../../changes/confirm.ts'
import type { Portal } from '../../../portal.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters } from '../parameters.ts'
import { ChangeSetAnswer } from './change-set-schema.ts'
import { oneChangeSet } from './one-change-set.ts'

export const confirmAChangeSet = moves(
  'confirmChangeSet',
  'Applies the plan, or asks another person to agree to it where that is needed: once, however often it is asked for',
  confirmChangeSet,
)

export const cancelAChangeSet = moves(
  'cancelChangeSet',
  'Cancels a plan, or stops its apply after the rows that are being written',
  cancelChangeSet,
)

function moves(
  operationId: string,
  summary: string,
  work: (portal: Portal, actor: Actor, id: number) => Promise<void>,
) {
  return endpoint({
    operationId,
    summary,
    params: idParameters,
    status: 202,
    sends: ['Location'],
    returns: ChangeSetAnswer,
    handle: async ({ portal, actor, params, reply }) => {
      await work(portal, actor, params.id)
      reply.header('location', `/api/v1/change-sets/${params.id}`)
      return oneChangeSet(portal, actor, params.id)
    },
  })
}
