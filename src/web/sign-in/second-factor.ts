import type { FastifyReply } from 'fastify'
import { findWaiting, letThrough, type Waiting } from '../../access/second-factor/admit.ts'
import { proveByApp, proveByRecoveryCode } from '../../access/second-factor/prove.ts'
import { type FormError, field, formErrors } from '../form.ts'
import { browserOf, makeKnown } from '../known-browser.ts'
import { giveSession, sessionCookie } from '../load-session.ts'
import type { PageRequest } from '../request.ts'
import { fromOf } from './welcome.ts'

/** Asks for the second factor, after the password. */
export async function showSecondFactor(request: PageRequest, reply: FastifyReply) {
  const waiting = await waitingHere(request)
  if (!waiting) return reply.goTo('/sign-in')
  return askPage(reply, waiting, { next: field(request.query, 'next') })
}

/** A code of the app, or a recovery code: then they are signed in. */
export async function enterWithSecondFactor(request: PageRequest, reply: FastifyReply) {
  const { portal, body } = request
  const waiting = await waitingHere(request)
  if (!waiting) return reply.goTo('/sign-in?ended=yes')
  const next = field(body, 'next')
  const { administratorId, email } = waiting.actor
  const from = fromOf(request)
  const who = { administratorId, email, ip: from.ip, browser: browserOf(request) }
  const isRecovery = field(body, 'with') === 'recovery-code'
  try {
    if (isRecovery) await proveByRecoveryCode(portal, who, field(body, 'recovery-code'))
    else await proveByApp(portal, who, field(body, 'code'))
  } catch (error) {
    return askPage(reply, waiting, { next, isRecovery, errors: formErrors(error) })
  }
  const secondFactor = isRecovery ? 'recovery-code' : 'app'
  giveSession(reply, await letThrough(portal, waiting, { ...from, secondFactor }))
  await makeKnown(request, reply, administratorId)
  return reply.goTo(next)
}

async function waitingHere(request: PageRequest): Promise<Waiting | null> {
  const id = sessionCookie(request)
  return id === undefined ? null : findWaiting(request.portal, id)
}

function askPage(
  reply: FastifyReply,
  { kinds }: Waiting,
  shown: { next: string; isRecovery?: boolean; errors?: FormError[] },
) {
  return reply.page('sign-in/second-factor.njk', { ...shown, hasApp: kinds.includes('app') })
}
