import { resultsFile } from '../../../uploads/results-file.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters } from '../parameters.ts'

export const resultsOfUpload = endpoint({
  operationId: 'downloadResults',
  summary: 'The file as it was sent, with the result of every row',
  params: idParameters,
  returns: 'csv',
  handle: ({ portal, actor, params }) => resultsFile(portal, actor, params.id),
})
