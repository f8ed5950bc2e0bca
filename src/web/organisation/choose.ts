import type { FastifyReply } from 'fastify'
import { field } from '../form.ts'
import type { PageRequest } from '../request.ts'

const MOST = 50

/** Where the header leads when there are more organisations than a list to choose from can hold. */
export async function chooseOrganisation({ organisations, query }: PageRequest, reply: FastifyReply) {
  const search = field(query, 'search')
  const from = field(query, 'from')
  const sought = search.toLowerCase()
  const found = organisations.filter(({ code, name }) => `${code} ${name}`.toLowerCase().includes(sought))
  return reply.page('organisation/choose.njk', {
    search,
    from,
    found: found.slice(0, MOST),
    matches: found.length,
  })
}
