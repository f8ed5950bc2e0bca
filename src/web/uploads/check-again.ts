import type { FastifyReply } from 'fastify'
import { recheckUpload } from '../../uploads/recheck.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

/** “Check again”: the file that is there already, with the accounts as they are now. */
export async function checkAgain({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  const id = idOf(params.id)
  await recheckUpload(portal, actor, id)
  return reply.goTo(`/uploads/${id}`)
}
