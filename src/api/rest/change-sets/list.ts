import { z } from 'zod'
import { listChangeSets } from '../../../changes/find-change-sets.ts'
import { STATUSES } from '../../../changes/status.ts'
import { findOrganisation } from '../../../directory/organisation.ts'
import { endpoint } from '../endpoint.ts'
import { afterNumber, limit, oneOf, organisationCode } from '../parameters.ts'
import { ChangeSetAnswer, changeSetAnswer, KIND_NAMES } from './change-set-schema.ts'

export const listOfChangeSets = endpoint({
  operationId: 'listChangeSets',
  summary: 'Whatever changed accounts, or would: uploads, edits, bulk actions, undos; newest first',
  query: z.strictObject({
    organisation: organisationCode.exactOptional(),
    kind: oneOf(KIND_NAMES).exactOptional(),
    status: oneOf(STATUSES).exactOptional(),
    after: afterNumber,
    limit,
  }),
  returns: z.object({ changeSets: z.array(ChangeSetAnswer), next: z.int().nullable() }),
  handle: async ({ portal, actor, query: { organisation, ...query } }) => {
    const of = organisation === undefined ? {} : await idOf(organisation)
    const { changeSets, next } = await listChangeSets(portal, actor, { ...query, ...of })
    return { changeSets: changeSets.map(changeSetAnswer), next }

    async function idOf(code: string) {
      return { organisationId: (await findOrganisation(portal, actor, { code })).id }
    }
  },
})
