import { z } from 'zod'
import { DECISIONS } from '../../../changes/change.ts'
import { acceptRepairs, decide } from '../../../changes/decide.ts'
import { findUpload } from '../../../uploads/find-uploads.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters, oneOf, text } from '../parameters.ts'
import { UploadAnswer, uploadAnswer } from './upload-schema.ts'

const decision = oneOf(DECISIONS)

const row = z.int('must be a whole number').min(1, 'must be at least 1').max(2_147_483_647, 'is too large')

export const decideRows = endpoint({
  operationId: 'decideRows',
  summary: 'Says what becomes of rows that are left out otherwise, before the confirmation',
  params: idParameters,
  body: z.union(
    [
      z.strictObject({ rows: z.array(z.strictObject({ row, decision })).min(1).max(100_000) }),
      z.strictObject({ all: decision }),
    ],
    'send { "rows": [ { "row": 17, "decision": "create" } ] } or { "all": "leave-out" }',
  ),
  returns: UploadAnswer,
  handle: async ({ portal, actor, params, body }) => {
    await decide(portal, actor, params.id, body)
    return uploadAnswer(await findUpload(portal, actor, params.id))
  },
})

export const repairUpload = endpoint({
  operationId: 'acceptRepairs',
  summary: 'Uses the repaired values of one kind of damage, or leaves its rows as errors',
  params: idParameters,
  body: z.strictObject({ kind: text(100), accept: z.boolean() }),
  returns: UploadAnswer,
  handle: async ({ portal, actor, params, body }) => {
    await acceptRepairs(portal, actor, params.id, body)
    return uploadAnswer(await findUpload(portal, actor, params.id))
  },
})
