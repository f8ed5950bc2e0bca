import { z } from 'zod'
import { findTokens, type ShownToken } from '../../../access/find-tokens.ts'
import { endOfDay } from '../../../access/last-day.ts'
import { createOwnToken, revokeShownToken } from '../../../access/own-tokens.ts'
import { ROLES } from '../../../roles.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters, oneOf, organisationCode, text } from '../parameters.ts'

const Token = z.object({
  id: z.number().int(),
  name: z.string(),
  actsFor: z.string().describe('The e-mail address of its holder.'),
  organisation: z.string().nullable().describe('The only one in which it is good for anything.'),
  role: z.string().nullable().describe('The most that it may do, whatever its holder may.'),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
})

export const listOfTokens = endpoint({
  operationId: 'listTokens',
  summary: 'The tokens that work: your own, and those for organisations where you give roles',
  returns: z.object({ tokens: z.array(Token) }),
  handle: async ({ portal, actor }) => ({ tokens: (await findTokens(portal, actor)).map(tokenAnswer) }),
})

export const makeAToken = endpoint({
  operationId: 'makeToken',
  summary: 'Makes a token that acts for you; good for no more, and no longer, than the one that asks',
  body: z.strictObject({
    name: text(100),
    until: text(10).describe('The last day on which it works, such as 2027-03-31.'),
    organisation: organisationCode.exactOptional(),
    role: oneOf(ROLES).exactOptional(),
  }),
  status: 201,
  returns: z.object({ ...Token.shape, token: z.string().describe('It is told this once.') }),
  handle: async ({ portal, actor, body: { until, organisation, ...wishes } }) => {
    const { token, made } = await createOwnToken(portal, actor, {
      ...wishes,
      expiresAt: endOfDay(until, 'until'),
      ...(organisation === undefined ? {} : { organisationCode: organisation }),
    })
    return { ...tokenAnswer(made), token }
  },
})

export const revokeAToken = endpoint({
  operationId: 'revokeToken',
  summary: 'Ends a token at once',
  params: idParameters,
  returns: Token,
  handle: async ({ portal, actor, params }) => tokenAnswer(await revokeShownToken(portal, actor, params.id)),
})

function tokenAnswer(token: ShownToken): z.output<typeof Token> {
  const { id, name, holder, organisation, role, createdAt, lastUsedAt, expiresAt } = token
  return {
    id,
    name,
    actsFor: holder.email,
    organisation: organisation?.code ?? null,
    role,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    expiresAt: expiresAt?.toISOString() ?? null,
  }
}
