import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { noteRefusal } from '../../access/security-events.ts'
import type { Portal } from '../../portal.ts'
import { hasBody } from '../../request-body.ts'
import { authenticate, whoCalled } from './authenticate.ts'
import { register } from './endpoint.ts'
import { limitCalls } from './limit-calls.ts'
import { describeApi } from './openapi.ts'
import { answerError, problem, sendProblem } from './problem-details.ts'
import { readBodies } from './read-bodies.ts'
import { ROUTES } from './routes.ts'

/** The HTTP API, first version, to be registered under `/api/v1`. A request passes through these in their order. */
export function restApi(portal: Portal): FastifyPluginAsync {
  return async (app) => {
    app.setValidatorCompiler(validatorCompiler)
    app.setSerializerCompiler(serializerCompiler)
    app.setErrorHandler(answerError)
    const noSuchCall = (_request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply, problem(404, 'not-found', 'There is no such call.'))
    app.setNotFoundHandler(noSuchCall)
    app.addHook('onRequest', async (request, reply) => {
      reply.headers({ 'x-request-id': request.id, 'cache-control': 'no-store' })
      if (request.is404 && hasBody(request.raw)) return noSuchCall(request, reply) // before it is read
    })
    await describeApi(app)
    await app.register(async (signedIn) => {
      signedIn.setErrorHandler((error: FastifyError, request, reply) => {
        noteRefusal(portal, error, whoCalled(request))
        return answerError(error, request, reply)
      })
      limitCalls(signedIn, portal)
      authenticate(signedIn, portal)
      await readBodies(signedIn)
      signedIn.addHook('preValidation', async ({ query }) => dropEmpty(query as Record<string, unknown>))
      for (const [method, url, endpoint] of ROUTES) register(signedIn, portal, method, url, endpoint)
    })
  }
}

// `?action=&limit=` is what a form or a script with nothing to say sends: the same as leaving them out.
function dropEmpty(query: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(query)) if (value === '') delete query[name]
}
