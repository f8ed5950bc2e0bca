import type { FastifyReply } from 'fastify'
import type { OpenIdProof } from '../../access/openid/second-factor.ts'
import { admit } from '../../access/second-factor/admit.ts'
import { endSession, type From } from '../../access/sessions.ts'
import { makeKnown } from '../known-browser.ts'
import { giveSession } from '../load-session.ts'
import type { PageRequest } from '../request.ts'

/**
 * Whoever has shown who they are, but for their second factor, is signed in, or asked for it.
 * @param next where they wanted to go
 * @param openid how another system signed them in, which may have asked for a second factor already
 */
export async function welcome(
  request: PageRequest,
  reply: FastifyReply,
  administratorId: number,
  { next, openid }: { next: string; openid?: OpenIdProof },
) {
  const { portal, ip } = request
  if (request.session) await endSession(portal, request.session, ip)
  const { id, waits } = await admit(portal, administratorId, {
    ...fromOf(request),
    ...(openid === undefined ? {} : { openid }),
    ...(openid?.isSecondFactor ? { secondFactor: 'provider' } : {}),
  })
  giveSession(reply, id)
  if (waits) return reply.goTo(`/sign-in/second-factor?next=${encodeURIComponent(next)}`)
  await makeKnown(request, reply, administratorId)
  return reply.goTo(next)
}

/** Where a request comes from, as a session keeps it. */
export function fromOf({ headers, ip }: PageRequest): From & { ip: string } {
  return { userAgent: headers['user-agent'], ip }
}
