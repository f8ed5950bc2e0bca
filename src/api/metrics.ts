import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { noteEvent } from '../access/security-events.ts'
import { selectTotals } from '../changes/store-totals.ts'
import { selectBacklog } from '../mail/find-backlog.ts'
import type { Portal } from '../portal.ts'
import { selectWaiting } from '../queue/store.ts'
import { within } from './patience.ts'

/** Less than Prometheus waits by default, so that the process's own figures come also when the database is away. */
const PATIENCE_MS = 5_000

/** Seconds, as OpenTelemetry advises for `http.server.request.duration`. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/**
 * `/metrics` for Prometheus, for who knows METRICS_TOKEN; nothing at all where that isn't set. What is the database's
 * state (uploads, rows, jobs, mail) is read from it at each call, so any web process says the same; the rest is this
 * process's own. Has to come before the routes that it measures.
 */
export function serveMetrics(app: FastifyInstance, portal: Portal): void {
  const token = portal.config.metricsToken
  if (token === undefined) return
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const durations = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'How long requests took, from their first byte to the last of the answer',
    labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
    buckets: BUCKETS,
    registers: [registry],
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    durations.labels(request.method, route, String(reply.statusCode)).observe(reply.elapsedTime / 1_000)
  })
  const up = new Gauge({
    name: 'muster_database_up',
    help: 'Whether the database answered this call',
    registers: [registry],
  })
  const state = stateMetrics(portal)
  app.get('/metrics', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    if (!isSame(request.headers.authorization, `Bearer ${token}`)) {
      noteEvent(portal, 'authn_token_refused', { what: 'metrics', ip: request.ip, request: request.id })
      return reply.code(401).header('www-authenticate', 'Bearer realm="Muster metrics"').send('')
    }
    const read = await state().catch(() => undefined)
    up.set(read === undefined ? 0 : 1)
    return reply.type(registry.contentType).send(`${await registry.metrics()}\n${read ?? ''}`)
  })
}

/** @returns reads the database's state, as text; where it can't there is none, for a 0 would be a wrong answer */
function stateMetrics(portal: Portal): () => Promise<string> {
  const registry = new Registry()
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] })
  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers: [registry] })
  const uploads = gauge('muster_uploads', 'Uploads by status', 'status')
  const checked = counter('muster_rows_checked_total', 'Rows of files whose check has ended')
  const applied = counter('muster_rows_applied_total', 'Rows that have their outcome, by result', 'result')
  const waiting = gauge('muster_jobs_waiting', 'Jobs that could be done now, by queue', 'queue')
  const running = gauge('muster_jobs_running', 'Jobs that are being done, by queue', 'queue')
  const oldest = gauge('muster_jobs_oldest_seconds', 'Age of the oldest waiting job, by queue', 'queue')
  const mail = gauge('muster_mail_waiting', 'Messages that have not left yet')
  const oldestMail = gauge('muster_mail_oldest_seconds', 'Age of the oldest message that has not left yet')
  return async () => {
    const { totals, queues, backlog } = await within(PATIENCE_MS, readState(portal))
    registry.resetMetrics()
    for (const [status, count] of Object.entries(totals.uploads)) uploads.labels(status).set(count)
    checked.inc(totals.rowsChecked)
    for (const [result, rows] of Object.entries(totals.rowsApplied)) applied.labels(result).inc(rows)
    for (const queue of queues) {
      waiting.labels(queue.queue).set(queue.waiting)
      running.labels(queue.queue).set(queue.running)
      oldest.labels(queue.queue).set(queue.oldestSeconds)
    }
    mail.set(backlog.waiting)
    oldestMail.set(backlog.oldestSeconds)
    return registry.metrics()
  }
}

function readState(portal: Portal) {
  return portal.database.transaction('everything', async (tx) => ({
    totals: await selectTotals(tx),
    queues: await selectWaiting(tx),
    backlog: portal.mailer.sends ? await selectBacklog(tx) : { waiting: 0, oldestSeconds: 0 },
  }))
}

// Hashes are compared, so that the time it takes tells nothing of the token.
function isSame(given: string | undefined, wanted: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(given ?? ''), hash(wanted))
}
