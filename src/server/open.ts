import { randomUUID } from 'node:crypto'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import { readAddressKey } from '../access/security-events.ts'
import { health } from '../api/health.ts'
import { serveMetrics } from '../api/metrics.ts'
import { restApi } from '../api/rest/api.ts'
import { problem, sendProblem } from '../api/rest/problem-details.ts'
import { requirePlainText } from '../plain-text.ts'
import type { Portal } from '../portal.ts'
import { hasBody, leaveBodiesUnread, leaveUnread } from '../request-body.ts'
import { webPages } from '../web/pages.ts'
import { safeHeaders } from './safe-answers.ts'

const API = '/api/v1'

/** A client of whose request nothing comes for so long is gone: a cable was pulled, a laptop closed. */
const SILENCE_MS = 60_000

/** A request's headers have to be here within so long, however slowly they come; to be looked at every so often. */
const HEADERS = { headersTimeout: 20_000, connectionsCheckingInterval: 5_000 }

/** An e-mail address may stand in a path, and each of its characters be encoded as three. */
const MOST_IN_PATH = 3 * 254

/** The HTTP server with all its doors, not listening yet. */
export async function openServer(portal: Portal): Promise<FastifyInstance> {
  const safe = safeHeaders(portal.config.publicUrl)
  const app = Fastify({
    loggerInstance: portal.log,
    logController: new LogController({ disableRequestLogging: true }), // it would log addresses
    trustProxy: portal.config.trustProxy ?? false,
    genReqId: ({ headers }) => requestId(headers['x-request-id']),
    requestIdHeader: false,
    forceCloseConnections: 'idle',
    http: HEADERS,
    routerOptions: { maxParamLength: MOST_IN_PATH },
    requestTimeout: 0, // a large file over a slow line takes its time
    frameworkErrors: (_error, request, reply) => answerUnreadable(request, reply.headers(safe)),
  }) as unknown as FastifyInstance // what is said of its log says nothing to who is registered here
  app.addHook('onRequest', async (_request, reply) => {
    // These headers are the default: a door that sets its own, as the pages do, replaces them.
    for (const [name, value] of Object.entries(safe)) reply.raw.setHeader(name, value)
  })
  app.addHook('preHandler', async ({ params, query, body }) => requirePlainText([params, query, body]))
  // The log holds what operators need of a request. Its address (a search is in it), headers and body may name people.
  app.addHook('onResponse', async (request, reply) => {
    portal.log.info({
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      request: request.id,
    })
  })
  // The connection of a request that stops arriving is cut. Once it is here, the answer may take its time.
  app.server.on('request', (request, response) => {
    if (!hasBody(request)) return
    request.setTimeout(SILENCE_MS)
    response.on('timeout', () => {
      // Bytes that have arrived and aren't read yet wait for our database, so the client is not to blame for the silence.
      if (request.complete || request.readableLength > 0) request.socket.setTimeout(SILENCE_MS)
      else request.destroy()
    })
    request.once('end', () => request.setTimeout(0))
  })
  leaveBodiesUnread(app, portal.config.uploadMaxBytes)
  let closing = false
  app.addHook('preClose', async () => {
    closing = true
  })
  // The client is told to send its next request over another connection: it finds another process.
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close')
  })
  // A client that keeps its connection open all the same would keep the portal from ending.
  app.addHook('onResponse', async () => {
    if (closing) setImmediate(() => app.server.closeIdleConnections())
  })
  await readAddressKey(portal)
  serveMetrics(app, portal)
  await app.register(health(portal))
  await app.register(health(portal), { prefix: API })
  await app.register(restApi(portal), { prefix: API })
  await app.register(webPages(portal))
  await app.ready()
  return app
}

function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID()
}

// No door can answer for an address that is malformed (/%zz) or has too long a name in it.
function answerUnreadable(request: Pick<FastifyRequest, 'url' | 'raw'>, reply: FastifyReply): void {
  leaveUnread(request, reply)
  const words = 'This address can’t be read. Check it, or begin at the first page.'
  if (request.url.startsWith(API)) sendProblem(reply, problem(400, 'bad-request', words))
  else reply.code(400).type('text/plain; charset=utf-8').send(words)
}
