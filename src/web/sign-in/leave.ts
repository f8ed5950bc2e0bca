import type { FastifyReply } from 'fastify'
import { endSession } from '../../access/sessions.ts'
import { takeSession } from '../load-session.ts'
import type { PageRequest } from '../request.ts'

export async function leave({ portal, session }: PageRequest, reply: FastifyReply) {
  if (session) await endSession(portal, session)
  takeSession(reply)
  return reply.goTo('/sign-in')
}
