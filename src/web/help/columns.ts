import type { FastifyReply } from 'fastify'
import { CLEAR_WORD } from '../../uploads/columns.ts'
import type { PageRequest } from '../request.ts'
import { columnRules } from './column-rules.ts'

/** The upload format, from the format itself. */
export async function showColumns({ portal }: PageRequest, reply: FastifyReply) {
  return reply.page('help/columns.njk', {
    columns: columnRules(portal.config.mobileRequired),
    clearWord: CLEAR_WORD,
    domain: portal.config.mailDomain,
  })
}
