import type { FastifyReply } from 'fastify'
import { forgottenPassword } from '../../access/forgotten-password.ts'
import { field, formErrors } from '../form.ts'
import { browserOf } from '../known-browser.ts'
import type { PageRequest } from '../request.ts'

export async function showForgotten(_request: PageRequest, reply: FastifyReply) {
  return reply.page('password/forgotten.njk')
}

export async function sendLink(request: PageRequest, reply: FastifyReply) {
  const { portal, body, ip } = request
  const email = field(body, 'email')
  try {
    await forgottenPassword(portal, { email, ip, browser: browserOf(request) })
    return reply.page('password/link-sent.njk', {
      email,
      onlyForEmergencies: portal.config.localSignIn === 'off',
    })
  } catch (error) {
    return reply.page('password/forgotten.njk', { email, errors: formErrors(error) })
  }
}
