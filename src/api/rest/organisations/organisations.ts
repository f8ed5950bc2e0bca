import { z } from 'zod'
import { changeOrganisation, createOrganisation } from '../../../directory/manage-organisations.ts'
import { findOrganisation, type Organisation, organisationsOf } from '../../../directory/organisation.ts'
import { endpoint } from '../endpoint.ts'
import { organisationCode, text } from '../parameters.ts'

const Answer = z.object({ code: z.string(), name: z.string(), closed: z.boolean() })

const Whole = z.object({
  ...Answer.shape,
  sites: z.array(z.object({ code: z.string(), name: z.string() })),
  units: z.array(z.object({ name: z.string(), parent: z.string().nullable() })),
})

export const organisationParameters = z.strictObject({ id: organisationCode })

export const listOfOrganisations = endpoint({
  operationId: 'listOrganisations',
  summary: 'The organisations where you may read, by name, closed ones too',
  query: z.strictObject({
    search: text(200).exactOptional().describe('A part of the code or the name.'),
    limit: z.coerce.number().int().min(1).max(50_000).default(1000),
  }),
  returns: z.object({ organisations: z.array(Answer) }),
  handle: async ({ portal, actor, query }) => ({
    organisations: (await organisationsOf(portal, actor, query)).map(answer),
  }),
})

export const showOrganisation = endpoint({
  operationId: 'showOrganisation',
  summary: 'One organisation with its sites and units; its code stands in the place of the ID',
  params: organisationParameters,
  returns: Whole,
  handle: async ({ portal, actor, params }) => {
    const { sites, units, ...found } = await findOrganisation(portal, actor, { code: params.id })
    return { ...answer(found), sites, units }
  },
})

export const addAnOrganisation = endpoint({
  operationId: 'addOrganisation',
  summary: 'Adds an organisation',
  body: z.strictObject({ code: text(50), name: text(200) }),
  status: 201,
  returns: Answer,
  handle: async ({ portal, actor, body }) => {
    await createOrganisation(portal, actor, body)
    return answer(await findOrganisation(portal, actor, { code: body.code }))
  },
})

export const changeAnOrganisation = endpoint({
  operationId: 'changeOrganisation',
  summary: 'Renames an organisation, closes it or opens it again',
  params: organisationParameters,
  body: z.strictObject({ name: text(200).exactOptional(), closed: z.boolean().exactOptional() }),
  returns: Answer,
  handle: async ({ portal, actor, params, body }) =>
    answer(await changeOrganisation(portal, actor, params.id, body)),
})

function answer({ code, name, closed }: Organisation): z.output<typeof Answer> {
  return { code, name, closed }
}
