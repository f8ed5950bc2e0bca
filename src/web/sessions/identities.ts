import type { FastifyReply } from 'fastify'
import { unlinkOwn } from '../../access/openid/identities.ts'
import { requireFresh } from '../confirm/show.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

/** Takes one of one's own sign-ins at other systems back. */
export async function unlinkIdentity(request: PageRequest, reply: FastifyReply) {
  const { portal, params } = request
  await unlinkOwn(portal, requireFresh(request), idOf(params.id))
  return reply.goTo('/sessions', 'That sign-in is unlinked.')
}
