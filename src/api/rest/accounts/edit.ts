import { z } from 'zod'
import { editAccount } from '../../../edits/edit-account.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters } from '../parameters.ts'
import { EditedAnswer } from './account-schema.ts'
import { editedAccount } from './edited.ts'
import { GIVEN_VALUES, givenValues, ownAddress } from './values.ts'
import { readVersion } from './version.ts'

export const changeAccount = endpoint({
  operationId: 'changeAccount',
  summary: 'Changes some fields of an account, judged field by field against what others changed meanwhile',
  params: idParameters,
  headers: z.object({
    'if-match': z.string().optional().describe('The ETag that you read, or *. Needed.'),
  }),
  body: z.strictObject({
    ...GIVEN_VALUES,
    emailAddress: ownAddress
      .exactOptional()
      .describe('Another primary address; the one that was stays as one of the others.'),
    otherAddresses: z.array(ownAddress).max(1_000).exactOptional().describe('All of them, at most 100.'),
  }),
  returns: EditedAnswer,
  sends: ['ETag'],
  handle: async ({ portal, actor, params, body, request, reply }) => {
    const version = readVersion(request)
    const values = givenValues(body)
    const { warnings } = await editAccount(
      portal,
      actor,
      params.id,
      version === undefined ? { values } : { values, version },
    )
    return editedAccount(portal, actor, params.id, { warnings, reply })
  },
})
