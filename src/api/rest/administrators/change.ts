import { z } from 'zod'
import { findAdministrator } from '../../../access/find-administrators.ts'
import { setDisabled, setRole } from '../../../access/manage-administrators.ts'
import { ROLES } from '../../../roles.ts'
import { endpoint } from '../endpoint.ts'
import { idParameters, oneOf, organisationCode } from '../parameters.ts'
import { AdministratorAnswer, administratorAnswer } from './administrator-schema.ts'

const Role = z.strictObject({
  organisation: organisationCode.nullable().describe('The code; null for all organisations.'),
  role: oneOf(ROLES).nullable().describe('The one role that they have there; null ends what they have.'),
})

const Disabled = z.strictObject({
  disabled: z.boolean().describe('They can’t sign in, whatever roles they have. For Global Administrators.'),
})

export const changeAnAdministrator = endpoint({
  operationId: 'changeAdministrator',
  summary: 'Changes or ends a role, or lets somebody sign in no more, or again: at once',
  params: idParameters,
  body: z.union([Role, Disabled]),
  returns: z.object({
    administrator: AdministratorAnswer.nullable().describe('Null when no role of theirs is left to see.'),
  }),
  handle: async ({ portal, actor, params: { id }, body }) => {
    const before = await findAdministrator(portal, actor, id)
    if ('disabled' in body) await setDisabled(portal, actor, id, body.disabled)
    else
      await setRole(portal, actor, {
        administratorId: id,
        organisationCode: body.organisation,
        role: body.role,
      })
    const isGone =
      'role' in body &&
      body.role === null &&
      before.roles.every(({ organisation }) => (organisation?.code ?? null) === codeOf(body.organisation))
    return { administrator: isGone ? null : administratorAnswer(await findAdministrator(portal, actor, id)) }
  },
})

function codeOf(organisation: string | null): string | null {
  return organisation?.trim().toUpperCase() ?? null
}
