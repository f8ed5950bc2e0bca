import { z } from 'zod'
import { startAction } from '../../../actions/start.ts'
import { BULK_ACTION_NAMES } from '../../../changes/bulk-actions.ts'
import { findChangeSet } from '../../../changes/find-change-sets.ts'
import { ChangeSetAnswer, changeSetAnswer } from '../change-sets/change-set-schema.ts'
import { endpoint } from '../endpoint.ts'
import { oneOf, organisationCode, text } from '../parameters.ts'
import { Selection } from './selection.ts'

export const startAnAction = endpoint({
  operationId: 'startAction',
  summary: 'Plans to do something with many accounts: what it would do is looked at, then confirmed',
  query: z.strictObject({ organisation: organisationCode }),
  body: z.strictObject({
    action: oneOf(BULK_ACTION_NAMES),
    field: text(64).exactOptional().describe('Of the action `set`: which field.'),
    value: z
      .union([z.string().max(4_000), z.boolean(), z.null()])
      .exactOptional()
      .describe('Of the action `set`: its new value; `null` empties the field.'),
    accounts: Selection,
  }),
  status: 202,
  sends: ['Location'],
  returns: ChangeSetAnswer,
  handle: async ({ portal, actor, query, body, reply }) => {
    const organisation = { code: query.organisation.trim().toUpperCase() }
    const id = await startAction(portal, actor, { organisation, ...body })
    reply.header('location', `/api/v1/change-sets/${id}`)
    return changeSetAnswer(await findChangeSet(portal, actor, id))
  },
})
