import { findUpload } from '../../../uploads/find-uploads.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters } from '../parameters.ts'
import { UploadAnswer, uploadAnswer } from './upload-schema.ts'

export const showUpload = endpoint({
  operationId: 'showUpload',
  summary: 'An upload: its status, counts and progress',
  params: idParameters,
  returns: UploadAnswer,
  handle: async ({ portal, actor, params }) => uploadAnswer(await findUpload(portal, actor, params.id)),
})
