import type { FastifyReply } from 'fastify'
import { requirePermission } from '../../access/actor.ts'
import { columnRules } from '../help/column-rules.ts'
import type { PageRequest } from '../request.ts'

/** The three steps, with the form that sends a file. */
export async function newUpload({ portal, actor, organisation }: PageRequest, reply: FastifyReply) {
  requirePermission(actor, 'upload', organisation.id)
  return reply.page('uploads/new.njk', { mode: 'update', columns: columnRules(portal.config.mobileRequired) })
}
