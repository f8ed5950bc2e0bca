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
    if (request.session) await endSession(portal, request.session)
    giveSession(reply, await startSession(portal, actor.administratorId))
    return reply.redirect(safePath(next), 303)
  } catch (error) {
    return reply.page('sign-in/show.njk', { email, next, errors: formErrors(error) })
  }
}

// Only a path of this server: signing in must not lead anywhere else.
function safePath(next: string): string {
  const here = 'http://muster.invalid'
  if (!next.startsWith('/') || !URL.canParse(next, here)) return '/'
  const { origin, pathname, search } = new URL(next, here)
  return origin === here ? pathname + search : '/'
}
