import { z } from 'zod'
import { findChangeSet } from '../../../changes/find-change-sets.ts'
import { startTransfer } from '../../../transfers/start.ts'
import { Selection } from '../actions/selection.ts'
import { ChangeSetAnswer, changeSetAnswer } from '../change-sets/change-set-schema.ts'
import { endpoint } from '../endpoint.ts'
import { organisationCode, text } from '../parameters.ts'

export const startATransfer = endpoint({
  operationId: 'startTransfer',
  summary: 'Plans to move people to another organisation, site or unit: looked at first, then confirmed',
  body: z.strictObject({
    from: organisationCode,
    to: organisationCode.describe('Where they go; the same as `from` where only site or unit changes.'),
    site: text(200)
      .exactOptional()
      .describe('Its name or code. Without it they have none at another organisation.'),
    organisationalUnit: text(200).exactOptional(),
    accounts: Selection,
    newLocalIds: z
      .record(text(64), text(1_000))
      .exactOptional()
      .describe('By the local ID that somebody has now: the one that they get.'),
  }),
  status: 202,
  sends: ['Location'],
  returns: ChangeSetAnswer,
  handle: async ({ portal, actor, body: { from, ...wanted }, reply }) => {
    const id = await startTransfer(portal, actor, { from: { code: from }, ...wanted })
    reply.header('location', `/api/v1/change-sets/${id}`)
    return changeSetAnswer(await findChangeSet(portal, actor, id))
  },
})
