import { z } from 'zod'
import { decide } from '../../../changes/decide.ts'
import { findUpload } from '../../../uploads/find-uploads.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters, oneOf } from '../parameters.ts'
import { UploadAnswer, uploadAnswer } from './upload-schema.ts'

const decision = oneOf(['create', 'leave-out'])

const row = z.int('must be a whole number').min(1, 'must be at least 1').max(2_147_483_647, 'is too large')

export const decideDuplicates = endpoint({
  operationId: 'decidePossibleDuplicates',
  summary: 'Says of possible duplicates whether they are created or left out, before the confirmation',
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
