import type { FastifyReply } from 'fastify'
import { findWaiting, letThrough, type Waiting } from '../../access/second-factor/admit.ts'
import { askForPasskey, proveByPasskey } from '../../access/second-factor/passkeys.ts'
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
  return askPage(request, reply, waiting, { next: field(request.query, 'next') })
}

/** A code of the app, a passkey, or a recovery code: then they are signed in. */
export async function enterWithSecondFactor(request: PageRequest, reply: FastifyReply) {
  const { portal, body } = request
  const waiting = await waitingHere(request)
  if (!waiting) return reply.goTo('/sign-in?ended=yes')
  const next = field(body, 'next')
  const { administratorId, email } = waiting.actor
  const from = fromOf(request)
  const who = { administratorId, email, ip: from.ip, browser: browserOf(request) }
  const secondFactor = wayOf(field(body, 'with'))
  try {
    if (secondFactor === 'recovery-code') await proveByRecoveryCode(portal, who, field(body, 'recovery-code'))
    else if (secondFactor === 'passkey')
      await proveByPasskey(portal, who, waiting.idHash, field(body, 'passkey'))
    else await proveByApp(portal, who, field(body, 'code'))
  } catch (error) {
    const isRecovery = secondFactor === 'recovery-code'
    return askPage(request, reply, waiting, { next, isRecovery, errors: formErrors(error) })
  }
  giveSession(reply, await letThrough(portal, waiting, { ...from, secondFactor }))
  await makeKnown(request, reply, administratorId)
  return reply.goTo(next)
}

async function waitingHere(request: PageRequest): Promise<Waiting | null> {
  const id = sessionCookie(request)
  return id === undefined ? null : findWaiting(request.portal, id)
}

function wayOf(said: string): 'recovery-code' | 'passkey' | 'app' {
  return said === 'recovery-code' || said === 'passkey' ? said : 'app'
}

async function askPage(
  { portal }: PageRequest,
  reply: FastifyReply,
  { kinds, actor, idHash }: Waiting,
  shown: { next: string; isRecovery?: boolean; errors?: FormError[] },
) {
  return reply.page('sign-in/second-factor.njk', {
    ...shown,
    hasApp: kinds.includes('app'),
    passkey: await askForPasskey(portal, idHash, actor),
  })
}
