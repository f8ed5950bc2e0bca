import { findChangeSet } from '../../../changes/find-change-sets.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters } from '../parameters.ts'
import { ChangeSetAnswer, changeSetAnswer } from './change-set-schema.ts'

export const showChangeSet = endpoint({
  operationId: 'showChangeSet',
  summary: 'A change set of any kind: its status, counts and progress',
  params: idParameters,
  returns: ChangeSetAnswer,
  handle: async ({ portal, actor, params }) => changeSetAnswer(await findChangeSet(portal, actor, params.id)),
})
