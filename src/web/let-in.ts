import type { FastifyInstance, FastifyRequest } from 'fastify'
import { may } from '../access/actor.ts'
import { lacksFactor } from '../access/second-factor/required.ts'
import { Forbidden } from '../errors.ts'

/**
 * Holds every page to what routes.ts says of it. Whether the thing shown is within the actor's organisations is judged
 * where it is read.
 */
export async function letIn(app: FastifyInstance): Promise<void> {
  app.addHook('onRequest', async (request, reply) => {
    const needed = request.routeOptions.config.may
    if (needed === undefined || needed === 'anyone') return
    if (!request.session) return reply.goTo(signInFor(request.method, request.url))
    if (needed === 'enrolling') return
    if (lacksFactor(request.portal, request.session)) return reply.goTo(addFactorFor(request))
    if (needed !== 'signed-in' && !may(request.session.actor, needed))
      throw new Forbidden('Your role does not allow this.')
  })
}

function addFactorFor({ method, url }: FastifyRequest): string {
  const next = method === 'GET' && url !== '/' ? `?next=${encodeURIComponent(url)}` : '?next=/'
  return `/ways-to-sign-in/app${next}`
}

function signInFor(method: string, url: string): string {
  if (method !== 'GET') return '/sign-in?ended=yes'
  return url === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(url)}`
}
