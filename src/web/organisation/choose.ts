import type { FastifyReply } from 'fastify'
import { may } from '../../access/actor.ts'
import { searchOrganisations } from '../../directory/organisation.ts'
import { field } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { MOST } from './to-choose.ts'

/** Where the header leads when there are more organisations than a list to choose from can hold. */
export async function chooseOrganisation({ portal, actor, query }: PageRequest, reply: FastifyReply) {
  const search = field(query, 'search')
  const { organisations, total } = may(actor, 'read-accounts')
    ? await searchOrganisations(portal, actor, { isOpen: true, search, limit: MOST })
    : { organisations: [], total: 0 }
  return reply.page('organisation/choose.njk', {
    search,
    from: field(query, 'from'),
    found: organisations,
    matches: total,
  })
}
