import { confirmChangeSet } from '../../../changes/confirm.ts'
import { findUpload } from '../../../uploads/find-uploads.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters } from '../parameters.ts'
import { UploadAnswer, uploadAnswer } from './upload-schema.ts'

export const confirmUpload = endpoint({
  operationId: 'confirmUpload',
  summary:
    'Applies the plan, or asks another person to agree to it where that is needed: once, however often it is asked for',
  params: idParameters,
  status: 202,
  sends: ['Location'],
  returns: UploadAnswer,
  handle: async ({ portal, actor, params, reply }) => {
    await findUpload(portal, actor, params.id) // another kind of change set is none of these
    await confirmChangeSet(portal, actor, params.id)
    reply.header('location', `/api/v1/uploads/${params.id}`)
    return uploadAnswer(await findUpload(portal, actor, params.id))
  },
})
