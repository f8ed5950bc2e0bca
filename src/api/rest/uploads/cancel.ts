import { cancelChangeSet } from '../../../changes/cancel.ts'
import { findUpload } from '../../../uploads/find-uploads.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters } from '../parameters.ts'
import { UploadAnswer, uploadAnswer } from './upload-schema.ts'

export const cancelUpload = endpoint({
  operationId: 'cancelUpload',
  summary: 'Cancels an upload: at once, or while it is applied after the chunk under way',
  params: idParameters,
  status: 202,
  sends: ['Location'],
  returns: UploadAnswer,
  handle: async ({ portal, actor, params, reply }) => {
    await cancelChangeSet(portal, actor, params.id)
    reply.header('location', `/api/v1/uploads/${params.id}`)
    return uploadAnswer(await findUpload(portal, actor, params.id))
  },
})
