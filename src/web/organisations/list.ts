import type { FastifyReply } from 'fastify'
import { searchOrganisations } from '../../directory/organisation.ts'
import { field } from '../form.ts'
import type { PageRequest } from '../request.ts'

const LIMIT = 100

/** Every organisation of the portal, closed ones too, by name: the first hundred of those that are searched for. */
export async function showOrganisations({ portal, actor, query }: PageRequest, reply: FastifyReply) {
  const search = field(query, 'search')
  const { organisations, total } = await searchOrganisations(portal, actor, {
    limit: LIMIT,
    ...(search === '' ? {} : { search }),
  })
  return reply.page('organisations/list.njk', { search, found: organisations, total })
}
