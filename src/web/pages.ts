import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import multipart from '@fastify/multipart'
import type { FastifyPluginAsync } from 'fastify'
import { sessionSecret } from '../access/session-secret.ts'
import type { Portal } from '../portal.ts'
import { serveAssets } from './assets.ts'
import { readProof } from './confirm/show.ts'
import { guardForms } from './csrf.ts'
import { answerErrors } from './errors/answer.ts'
import { readFileForm } from './file-form.ts'
import { letIn } from './let-in.ts'
import { loadSession } from './load-session.ts'
import { renderPages } from './render.ts'
import type { PageRequest } from './request.ts'
import { ROUTES, type Route } from './routes.ts'
import { sendSafely } from './safe-headers.ts'

/**
 * The web pages, as a Fastify plugin: what happens to a request, in order. It is encapsulated, so none of it touches
 * the API; but paths that nobody serves end here, with the page that says so.
 * @param routes other pages than Muster's own, for tests of the pipeline
 */
export function webPages(portal: Portal, routes: readonly Route[] = ROUTES): FastifyPluginAsync {
  return async (app) => {
    const secret = await sessionSecret(portal)
    app.decorateRequest('portal', { getter: () => portal })

    await sendSafely(app, portal)
    await app.register(serveAssets)
    await app.register(cookie)
    await loadSession(app, portal)
    await letIn(app)
    await app.register(formbody)
    await app.register(multipart, { limits: { fileSize: Number.MAX_SAFE_INTEGER, fields: 50, files: 1 } })
    app.addHook('preValidation', readFileForm)
    await guardForms(app, portal, secret)
    await readProof(app)
    await renderPages(app)
    answerErrors(app)

    for (const [method, url, may, handle, takes] of routes) {
      app.route({
        method,
        url,
        config: { may, takesFile: takes === 'file' },
        handler: (request, reply) => handle(request as PageRequest, reply),
      })
    }
  }
}
