import type { FastifyReply } from 'fastify'
import { searchOrganisations } from '../../directory/organisation.ts'
import { field } from '../form.ts'
import { link } from '../link.ts'
import type { PageRequest } from '../request.ts'

const LIMIT = 50

/** Every organisation of the portal, closed ones too, by name: fifty at a time of those that are searched for. */
export async function showOrganisations({ portal, actor, query }: PageRequest, reply: FastifyReply) {
  const search = field(query, 'search')
  const after = field(query, 'after')
  const { organisations, total, next } = await searchOrganisations(portal, actor, {
    limit: LIMIT,
    ...(search === '' ? {} : { search }),
    ...(/^\d{1,9}$/.test(after) ? { afterId: Number(after) } : {}),
  })
  return reply.page('organisations/list.njk', {
    search,
    found: organisations,
    total,
    page: {
      firstHref: after === '' ? null : link('/organisations', { search }),
      nextHref: next === null ? null : link('/organisations', { search, after: next }),
    },
  })
}
