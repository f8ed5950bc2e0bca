import type { FastifyReply } from 'fastify'
import { confirmChangeSet } from '../../changes/confirm.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

/** “Upload 1,204 changes”. Pressed again, or in another tab, it changes nothing and shows how things stand. */
export async function confirmUpload({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  const id = idOf(params.id)
  await confirmChangeSet(portal, actor, id)
  return reply.goTo(`/uploads/${id}`)
}
