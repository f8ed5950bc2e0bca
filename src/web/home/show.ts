import type { FastifyReply } from 'fastify'
import type { PageRequest } from '../request.ts'

export async function showHome(_request: PageRequest, reply: FastifyReply) {
  return reply.page('home/show.njk')
}
