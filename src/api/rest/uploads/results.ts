import { resultsFile } from '../../../uploads/results-file.ts'
import { wholeResultsFile } from '../../../uploads/whole-file.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters } from '../parameters.ts'

export const resultsOfUpload = endpoint({
  operationId: 'downloadResults',
  summary: 'The file as it was sent, with the result of every row',
  params: idParameters,
  returns: 'csv',
  handle: ({ portal, actor, params }) => resultsFile(portal, actor, params.id),
})

export const wholeResultsOfUpload = endpoint({
  operationId: 'downloadWholeResults',
  summary: 'A file of several organisations as it was sent, with the result of every row of all of them',
  params: idParameters,
  returns: 'csv',
  handle: ({ portal, actor, params }) => wholeResultsFile(portal, actor, params.id),
})
