import type { FastifyReply } from 'fastify'
import { endSession, startSession } from '../../access/sessions.ts'
import { signIn } from '../../access/sign-in.ts'
import { field, formErrors, rawField } from '../form.ts'
import { browserOf, makeKnown } from '../known-browser.ts'
import { giveSession } from '../load-session.ts'
import type { PageRequest } from '../request.ts'

export async function enter(request: PageRequest, reply: FastifyReply) {
  const { portal, body, ip } = request
  const [email, next] = [field(body, 'email'), field(body, 'next')]
  try {
    const actor = await signIn(portal, {
      email,
      password: rawField(body, 'password'),
      ip,
      browser: browserOf(request),
    })
    if (request.session) await endSession(portal, request.session, ip)
    await makeKnown(request, reply, actor.administratorId)
    giveSession(
      reply,
      await startSession(portal, actor.administratorId, { userAgent: request.headers['user-agent'], ip }),
    )
    return await reply.goTo(next)
  } catch (error) {
    return reply.page('sign-in/show.njk', { email, next, errors: formErrors(error) })
  }
}
