import { endpoint } from '../endpoint.ts'
import { idParameters } from '../parameters.ts'
import { ChangeSetAnswer } from './change-set-schema.ts'
import { oneChangeSet } from './one-change-set.ts'

export const showChangeSet = endpoint({
  operationId: 'showChangeSet',
  summary: 'A change set of any kind: its status, counts and progress',
  params: idParameters,
  returns: ChangeSetAnswer,
  handle: ({ portal, actor, params }) => oneChangeSet(portal, actor, params.id),
})
