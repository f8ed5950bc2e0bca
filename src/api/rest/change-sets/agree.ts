import { z } from 'zod'
import { decline, withdraw } from '../../../changes/agree.ts'
import { accept } from '../../../transfers/accept.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters, text } from '../parameters.ts'
import { ChangeSetAnswer } from './change-set-schema.ts'
import { oneChangeSet } from './one-change-set.ts'

const row = z.int('must be a whole number').min(1, 'must be at least 1').max(2_147_483_647, 'is too large')

export const agreeToAChangeSet = endpoint({
  operationId: 'agreeToChangeSet',
  summary: 'Agrees to a plan that waits for it, or declines it',
  params: idParameters,
  body: z.strictObject({
    agree: z.boolean('must be true or false'),
    reason: text(1000).exactOptional().describe('Needed to decline, or to accept some rows only.'),
    rows: z
      .array(row)
      .min(1)
      .max(100_000)
      .exactOptional()
      .describe('The rows that the other side accepts, where it doesn’t accept all of them.'),
    site: text(200)
      .exactOptional()
      .describe('By the organisation that takes people: their site, by name or code; empty for none.'),
    organisationalUnit: text(200).exactOptional().describe('And their unit, by name; empty for none.'),
    newLocalIds: z
      .record(text(64), text(64))
      .exactOptional()
      .describe('And by the local ID that somebody has now, the one that they get there.'),
    plan: text(64).exactOptional().describe('The plan that was seen: the agreement is to no other.'),
  }),
  status: 202,
  sends: ['Location'],
  returns: ChangeSetAnswer,
  handle: async ({ portal, actor, params, body, reply }) => {
    const { agree: agrees, plan, ...answer } = body
    const { reason = '' } = answer
    if (agrees) await accept(portal, actor, params.id, { ...answer, planHash: plan })
    else await decline(portal, actor, params.id, reason)
    reply.header('location', `/api/v1/change-sets/${params.id}`)
    return oneChangeSet(portal, actor, params.id)
  },
})

export const withdrawFromAgreement = endpoint({
  operationId: 'withdrawChangeSet',
  summary: 'Takes back that agreement was asked for: the plan is as before it was confirmed',
  params: idParameters,
  status: 202,
  sends: ['Location'],
  returns: ChangeSetAnswer,
  handle: async ({ portal, actor, params, reply }) => {
    await withdraw(portal, actor, params.id)
    reply.header('location', `/api/v1/change-sets/${params.id}`)
    return oneChangeSet(portal, actor, params.id)
  },
})
