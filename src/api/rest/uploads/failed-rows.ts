import { failedRowsFile } from '../../../uploads/results-file.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters } from '../parameters.ts'

export const failedRowsOfUpload = endpoint({
  operationId: 'downloadFailedRows',
  summary: 'The rows that failed, to be corrected and sent again',
  params: idParameters,
  returns: 'csv',
  handle: ({ portal, actor, params }) => failedRowsFile(portal, actor, params.id),
})
