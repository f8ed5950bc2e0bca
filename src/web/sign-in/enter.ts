import type { FastifyReply } from 'fastify'
import { endSession, startSession } from '../../access/sessions.ts'
import { signIn } from '../../access/sign-in.ts'
import { field, formErrors, rawField } from '../form.ts'
import { giveSession } from '../load-session.ts'
import type { PageRequest } from '../request.ts'

export async function enter(request: PageRequest, reply: FastifyReply) {
  const { portal, body, ip } = request
  const [email, next] = [field(body, 'email'), field(body, 'next')]
  try {
    const actor = await signIn(portal, { email, password: rawField(body, 'password'), ip })
    if (request.session) await endSession(portal, request.session, ip)
    giveSession(reply, await startSession(portal, actor.administratorId))
    return await reply.goTo(next)
  } catch (error) {
    return reply.page('sign-in/show.njk', { email, next, errors: formErrors(error) })
  }
}
