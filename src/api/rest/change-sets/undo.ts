import { z } from 'zod'
import { undoChangeSet } from '../../../changes/history/undo.ts'
import { endpoint } from '../endpoint.ts'
import { fieldNamed } from '../field-names.ts'
import { idParameters, text } from '../parameters.ts'
import { ChangeSetAnswer } from './change-set-schema.ts'
import { oneChangeSet } from './one-change-set.ts'

const row = z.int('must be a whole number').min(1, 'must be at least 1').max(2_147_483_647, 'is too large')

export const undoAChangeSet = endpoint({
  operationId: 'undoChangeSet',
  summary: 'Plans to take a change set back: all of it, some rows, or some fields',
  params: idParameters,
  body: z
    .strictObject({
      rows: z.array(row).min(1).max(100_000).exactOptional(),
      fields: z.array(text(64)).min(1).max(50).exactOptional(),
    })
    .nullish()
    .describe('Without a body, all of it.'),
  status: 202,
  sends: ['Location'],
  returns: ChangeSetAnswer,
  handle: async ({ portal, actor, params, body, reply }) => {
    const { fields, ...rest } = body ?? {}
    const selection = { ...rest, ...(fields ? { fields: fields.map(fieldNamed) } : {}) }
    const id = await undoChangeSet(portal, actor, params.id, selection)
    reply.header('location', `/api/v1/change-sets/${id}`)
    return oneChangeSet(portal, actor, id)
  },
})
