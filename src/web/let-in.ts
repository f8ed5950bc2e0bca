import type { FastifyInstance, FastifyRequest } from 'fastify'
import { may } from '../access/actor.ts'
import { lacksFactor } from '../access/second-factor/required.ts'
import { Forbidden } from '../errors.ts'
import { comesFromHere } from './csrf.ts'
import { keptForm } from './kept-form.ts'

/**
 * Holds every page to what routes.ts says of it. Whether the thing shown is within the actor's organisations is judged
 * where it is read.
 */
export async function letIn(app: FastifyInstance): Promise<void> {
  app.addHook('onRequest', async (request, reply) => {
    const needed = request.routeOptions.config.may
    if (needed === undefined || needed === 'anyone') return
    if (!request.session) return isKept(request) ? undefined : reply.goTo(signInFor(request))
    if (needed === 'enrolling') return
    if (lacksFactor(request.portal, request.session)) return reply.goTo(addFactorFor(request))
    if (needed !== 'signed-in' && !may(request.session.actor, needed))
      throw new Forbidden('Your role does not allow this.')
  })
  app.addHook('preHandler', async (request, reply) => {
    const needed = request.routeOptions.config.may
    if (needed === undefined || needed === 'anyone' || request.session) return
    const kept = keptForm(request)
    if (kept === null) return reply.goTo(signInFor(request))
    return reply.send(await reply.code(403).page('errors/signed-out.njk', { kept }))
  })
}

/** A form of a page of ours, sent after its session ended, is read, so that nothing of it is lost. */
function isKept(request: FastifyRequest): boolean {
  const type = request.headers['content-type'] ?? ''
  return (
    request.method === 'POST' &&
    type.startsWith('application/x-www-form-urlencoded') &&
    comesFromHere(request, request.portal)
  )
}

function addFactorFor({ method, url }: FastifyRequest): string {
  const next = method === 'GET' && url !== '/' ? `?next=${encodeURIComponent(url)}` : '?next=/'
  return `/ways-to-sign-in/app${next}`
}

function signInFor({ method, url }: FastifyRequest): string {
  if (method !== 'GET') return '/sign-in?ended=yes'
  return url === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(url)}`
}
