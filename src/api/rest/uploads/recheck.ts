import { findUpload } from '../../../uploads/find-uploads.ts'
import { recheckUpload } from '../../../uploads/recheck.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters } from '../parameters.ts'
import { UploadAnswer, uploadAnswer } from './upload-schema.ts'

export const checkUploadAgain = endpoint({
  operationId: 'checkUploadAgain',
  summary: 'Has an upload’s file checked again, with the accounts as they are now',
  params: idParameters,
  status: 202,
  sends: ['Location'],
  returns: UploadAnswer,
  handle: async ({ portal, actor, params, reply }) => {
    await recheckUpload(portal, actor, params.id)
    reply.header('location', `/api/v1/uploads/${params.id}`)
    return uploadAnswer(await findUpload(portal, actor, params.id))
  },
})
