import { changeResultsFile } from '../../../results/change-results-file.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters } from '../parameters.ts'

export const resultsOfChangeSet = endpoint({
  operationId: 'downloadChangeSetResults',
  summary:
    'What became of a change set that is no upload: a line for each field, with its value before and after',
  params: idParameters,
  returns: 'csv',
  handle: ({ portal, actor, params }) => changeResultsFile(portal, actor, params.id),
})
