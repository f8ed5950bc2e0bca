import type { FastifyReply } from 'fastify'
import { findOwnFactors } from '../../access/second-factor/find-factors.ts'
import { changePassword } from '../../access/set-password.ts'
import { type FormError, formErrors, rawField } from '../form.ts'
import { makeKnown } from '../known-browser.ts'
import type { PageRequest } from '../request.ts'

export async function showChange(request: PageRequest, reply: FastifyReply) {
  return changePage(request, reply)
}

export async function change(request: PageRequest, reply: FastifyReply) {
  const { portal, session, body, ip } = request
  const given = { current: rawField(body, 'current'), password: rawField(body, 'password'), ip }
  try {
    if (session) {
      await changePassword(portal, session, given)
      await makeKnown(request, reply, session.actor.administratorId)
    }
    return reply.goTo(
      '/',
      'Your password is changed. Wherever else you were signed in, you are signed out, and API tokens that act for you work no more.',
    )
  } catch (error) {
    return changePage(request, reply, formErrors(error))
  }
}

async function changePage({ portal, actor }: PageRequest, reply: FastifyReply, errors: FormError[] = []) {
  const { hasPassword } = await findOwnFactors(portal, actor)
  const canHaveOne = portal.config.localSignIn === 'on'
  return reply.page('password/change.njk', { hasPassword, canHaveOne, errors })
}
