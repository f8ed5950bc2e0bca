import { z } from 'zod'
import { findAdministrators } from '../../../access/find-administrators.ts'
import { findOrganisation } from '../../../directory/organisation.ts'
import { endpoint } from '../endpoint.ts'
import { afterPlace, limit, organisationCode } from '../parameters.ts'
import { AdministratorAnswer, administratorAnswer } from './administrator-schema.ts'

export const listOfAdministrators = endpoint({
  operationId: 'listAdministrators',
  summary: 'Who has a role over your organisations, by e-mail address',
  query: z.strictObject({ organisation: organisationCode.exactOptional(), after: afterPlace, limit }),
  returns: z.object({ administrators: z.array(AdministratorAnswer), next: z.string().nullable() }),
  handle: async ({ portal, actor, query: { organisation, ...page } }) => {
    const of =
      organisation === undefined
        ? {}
        : { organisationId: (await findOrganisation(portal, actor, { code: organisation })).id }
    const { administrators, next } = await findAdministrators(portal, actor, { ...page, ...of })
    return { administrators: administrators.map(administratorAnswer), next }
  },
})
