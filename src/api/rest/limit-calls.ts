import type { FastifyInstance } from 'fastify'
import { noteEvent } from '../../access/security-events.ts'
import type { Portal } from '../../portal.ts'
import { hashSecret } from '../../secret.ts'
import { bearerToken } from './authenticate.ts'
import { problem, sendProblem } from './problem-details.ts'

/**
 * Refuses a token's calls beyond API_CALLS_PER_MINUTE, before the database is asked anything: with 429, and when there
 * is room for another. Counted in memory, by each process for itself, so that no call costs a write.
 */
export function limitCalls(app: FastifyInstance, portal: Portal): void {
  const { apiCallsPerMinute } = portal.config
  if (apiCallsPerMinute === undefined) return
  const allowance = callAllowance(apiCallsPerMinute)
  app.addHook('onRequest', async (request, reply) => {
    const token = bearerToken(request.headers.authorization)
    if (token === undefined) return
    const wait = allowance.take(hashSecret(token).toString('base64'), performance.now())
    if (wait === 0) return
    noteEvent(portal, 'excess_rate_limit_exceeded', { what: 'calls', ip: request.ip, request: request.id })
    return sendProblem(reply.header('retry-after', wait), problem(429, 'too-many-calls', TOO_MANY))
  })
}

const TOO_MANY =
  'There were too many calls with this token in a short time. Wait as many seconds as Retry-After says, and send the call again.'

/** So many callers are remembered before those are looked for that needn't be. */
const CALLERS_KEPT = 10_000

/**
 * What each caller may still do: as many calls as a minute allows at once, and then as many as come back with time.
 * Whoever has their whole allowance is forgotten, since nothing need be known of them.
 */
export function callAllowance(perMinute: number): {
  /** @returns 0 when the call may be made, else after how many whole seconds there is room for one */
  take(caller: string, now: number): number
} {
  const perMs = perMinute / 60_000
  const callers = new Map<string, { left: number; at: number }>()
  const leftAt = ({ left, at }: { left: number; at: number }, now: number) =>
    Math.min(perMinute, left + (now - at) * perMs)

  return {
    take(caller, now) {
      if (callers.size >= CALLERS_KEPT) forgetWhole(now)
      const known = callers.get(caller)
      const left = known ? leftAt(known, now) : perMinute
      const taken = left >= 1
      callers.set(caller, { left: taken ? left - 1 : left, at: now })
      return taken ? 0 : Math.ceil((1 - left) / perMs / 1_000)
    },
  }

  function forgetWhole(now: number): void {
    for (const [caller, known] of callers) if (leftAt(known, now) >= perMinute) callers.delete(caller)
  }
}
