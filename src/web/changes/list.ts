import type { FastifyReply } from 'fastify'
import { listChangeSets } from '../../changes/find-change-sets.ts'
import { titleOf } from '../../changes/name.ts'
import { field } from '../form.ts'
import { link } from '../link.ts'
import type { PageRequest } from '../request.ts'
import { pageOf, resultLines, STATUS_TAGS } from './change-set-words.ts'

const LIMIT = 50

/** Whatever changed the organisation's accounts, or would: newest first. */
export async function showChanges({ portal, actor, organisation, query }: PageRequest, reply: FastifyReply) {
  const after = field(query, 'after')
  const { changeSets, next } = await listChangeSets(portal, actor, {
    organisationId: organisation.id,
    limit: LIMIT,
    ...(/^\d{1,15}$/.test(after) ? { after: Number(after) } : {}),
  })
  return reply.page('changes/list.njk', {
    changes: changeSets.map((set) => ({
      href: pageOf(set),
      title: titleOf(set),
      by: set.createdBy.name,
      at: set.createdAt,
      tag: STATUS_TAGS[set.status],
      results: resultLines(set).join(' '),
      undoneBy: set.undoneBy,
    })),
    page: {
      firstHref: after === '' ? null : '/changes',
      nextHref: next === null ? null : link('/changes', { after: next }),
    },
  })
}
