import type { FastifyReply } from 'fastify'
import { field } from '../form.ts'
import type { PageRequest } from '../request.ts'

export async function showSignIn(request: PageRequest, reply: FastifyReply) {
  if (request.session) return reply.goTo('/')
  const next = field(request.query, 'next')
  const ended = field(request.query, 'ended') !== ''
  const passwordSet = field(request.query, 'password') === 'set'
  return reply.page('sign-in/show.njk', { next, ended, passwordSet })
}
