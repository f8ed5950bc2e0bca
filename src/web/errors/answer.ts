import { randomInt } from 'node:crypto'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { noteEvent, noteRefusal } from '../../access/security-events.ts'
import { isFull, isOutage, sqlState } from '../../database/sql-state.ts'
import { Conflict, Forbidden, Gone, InvalidInput, NotFound } from '../../errors.ts'
import { hasBody } from '../../request-body.ts'
import { ProofNeeded, showConfirm } from '../confirm/show.ts'
import { comesFromHere, StaleForm } from '../csrf.ts'
import { type KeptForm, keptForm } from '../kept-form.ts'
import { NoOrganisation } from '../request.ts'

/** Turns whatever a handler throws into a page: what happened, whether anything was changed, and what to do. */
export function answerErrors(app: FastifyInstance): void {
  app.setNotFoundHandler((_request, reply) => reply.code(404).page('errors/not-found.njk'))
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404 || !hasBody(request.raw)) return
    return reply.send(await reply.code(404).page('errors/not-found.njk')) // before it is read
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof ProofNeeded) return showConfirm(request, reply)
    const isForm = error instanceof StaleForm || error.code?.startsWith('FST_CSRF')
    if (isForm) noteEvent(request.portal, 'form_refused', whoAsked(request))
    noteRefusal(request.portal, error, whoAsked(request))
    if (error instanceof NotFound) return reply.code(404).page('errors/not-found.njk')
    if (error instanceof NoOrganisation) return reply.code(404).page('errors/no-organisation.njk')
    if (error instanceof Forbidden) return reply.code(403).page('errors/forbidden.njk')
    if (isForm) return reply.code(403).page('errors/stale-form.njk', { kept: keptFor(request) })
    if (error instanceof Conflict)
      return reply.code(409).page('errors/conflict.njk', { message: error.message })
    if (error instanceof Gone) return reply.code(410).page('errors/gone.njk', { message: error.message })
    if (error instanceof InvalidInput)
      return reply.code(400).page('errors/invalid-input.njk', { message: error.message })
    if (isOutage(error)) return showOutage(error, request, reply)
    const status = error.statusCode ?? 500
    if (status < 500) return reply.code(status).page('errors/invalid-input.njk', { message: null })
    return showFault(error, request, reply)
  })
}

/** What a page of ours sent before its person signed in: whatever came from elsewhere is never offered to be sent. */
function keptFor(request: FastifyRequest): KeptForm | null {
  const { portal, session } = request
  return session !== null && comesFromHere(request, portal) ? keptForm(request) : null
}

function whoAsked(request: FastifyRequest) {
  const { session, ip, id, routeOptions } = request
  return { administrator: session?.actor.administratorId, ip, request: id, route: routeOptions.url }
}

/** Nothing is broken: the database is away, busy or full, and will be back. */
function showOutage(error: FastifyError, request: FastifyRequest, reply: FastifyReply): Promise<string> {
  request.portal.log.warn(
    { reason: sqlState(error) || error.name, request: request.id },
    'a page has to wait',
  )
  return reply
    .code(isFull(error) ? 507 : 503)
    .header('retry-after', 10)
    .page('errors/away.njk', { full: isFull(error), changing: request.method !== 'GET' })
}

/** A fault of Muster's own. The person gets a reference; the log gets the same one and where it happened. */
function showFault(error: FastifyError, request: FastifyRequest, reply: FastifyReply): Promise<string> {
  const reference = makeReference()
  const where = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '))
  // The error's message is not logged, since the database puts people's values into it.
  request.portal.log.error(
    {
      reference,
      error: error.name,
      code: error.code,
      where,
      method: request.method,
      route: request.routeOptions.url,
      administrator: request.session?.actor.administratorId,
    },
    'a page failed',
  )
  return reply.code(500).page('errors/fault.njk', { reference, changing: request.method !== 'GET' })
}

// It may be read out on the telephone, so no letter or digit in it can be taken for another.
function makeReference(): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
  const pick = () => letters[randomInt(letters.length)]
  return `${Array.from({ length: 4 }, pick).join('')}-${Array.from({ length: 4 }, pick).join('')}`
}
