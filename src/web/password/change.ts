import type { FastifyReply } from 'fastify'
import { changePassword } from '../../access/set-password.ts'
import { formErrors, rawField } from '../form.ts'
import { makeKnown } from '../known-browser.ts'
import type { PageRequest } from '../request.ts'

export async function showChange(_request: PageRequest, reply: FastifyReply) {
  return reply.page('password/change.njk')
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
    return reply.page('password/change.njk', { errors: formErrors(error) })
  }
}
