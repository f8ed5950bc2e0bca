import type { FastifyReply } from 'fastify'
import { dismiss } from '../../changes/dismiss.ts'
import { field, idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

/** “Dismiss”: the line is gone from this person's first page. */
export async function dismissLine({ portal, actor, organisation, body }: PageRequest, reply: FastifyReply) {
  await dismiss(portal, actor, idOf(field(body, 'change')), organisation.id)
  return reply.goTo('/')
}
