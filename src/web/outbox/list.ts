import type { FastifyReply } from 'fastify'
import { asActor } from '../../access/actor.ts'
import { listMail } from '../../mail/find-mail.ts'
import { field, idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

const A_PAGE = 50

export async function listOutbox({ portal, actor, query }: PageRequest, reply: FastifyReply) {
  const before = field(query, 'before')
  const found = await asActor(portal, actor, 'read-outbox', (tx) =>
    listMail(tx, { limit: A_PAGE + 1, ...(before ? { before: idOf(before) } : {}) }),
  )
  const messages = found.slice(0, A_PAGE)
  return reply.page('outbox/list.njk', {
    messages,
    older: found.length > A_PAGE ? messages.at(-1)?.id : null,
    paged: before !== '',
    sends: portal.mailer.sends,
  })
}
