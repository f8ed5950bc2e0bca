import { z } from 'zod'
import { addAccount } from '../../../edits/add-account.ts'
import { endpoint } from '../endpoint.ts'
import { organisationCode } from '../parameters.ts'
import { EditedAnswer } from './account-schema.ts'
import { editedAccount } from './edited.ts'
import { GIVEN_VALUES, givenValues } from './values.ts'

export const addAnAccount = endpoint({
  operationId: 'addAccount',
  summary: 'Adds somebody, unless they look like somebody who is there',
  query: z.strictObject({ organisation: organisationCode }),
  body: z.strictObject({
    ...GIVEN_VALUES,
    decision: z
      .literal('create')
      .exactOptional()
      .describe('They are another person than the one they look like.'),
  }),
  status: 201,
  returns: EditedAnswer,
  sends: ['ETag', 'Location'],
  handle: async ({ portal, actor, query, body: { decision, ...given }, reply }) => {
    const values = givenValues(given)
    const wanted = { values, anyway: decision === 'create' }
    const { accountId, warnings } = await addAccount(
      portal,
      actor,
      { code: query.organisation.toUpperCase() },
      wanted,
    )
    reply.header('location', `/api/v1/accounts/${accountId}`)
    return editedAccount(portal, actor, accountId, { warnings, reply })
  },
})
