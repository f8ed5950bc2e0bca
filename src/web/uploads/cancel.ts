import type { FastifyReply } from 'fastify'
import { cancelChangeSet } from '../../changes/cancel.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

/** “Cancel this upload”, or “Stop after the current rows” when some are being applied. */
export async function cancelUpload({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  const id = idOf(params.id)
  await cancelChangeSet(portal, actor, id)
  return reply.goTo(`/uploads/${id}`)
}
