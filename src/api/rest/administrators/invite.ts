import { z } from 'zod'
import { findAdministrator } from '../../../access/find-administrators.ts'
import { inviteAdministrator } from '../../../access/manage-administrators.ts'
import { ROLES } from '../../../roles.ts'
import { endpoint } from '../endpoint.ts'
import { oneOf, organisationCode, text } from '../parameters.ts'
import { AdministratorAnswer, administratorAnswer } from './administrator-schema.ts'

export const inviteAnAdministrator = endpoint({
  operationId: 'inviteAdministrator',
  summary: 'Gives somebody a role by their e-mail address, and mails them a link that works once',
  body: z.strictObject({
    email: text(254),
    name: text(200).exactOptional(),
    role: oneOf(ROLES),
    organisation: organisationCode.exactOptional().describe('The code; left out for a global-administrator.'),
  }),
  status: 201,
  returns: AdministratorAnswer,
  handle: async ({ portal, actor, body: { organisation, ...given } }) => {
    const of = organisation === undefined ? {} : { organisationCode: organisation }
    const id = await inviteAdministrator(portal, actor, { ...given, ...of })
    return administratorAnswer(await findAdministrator(portal, actor, id))
  },
})
