import type { FastifyReply } from 'fastify'
import { endSession } from '../../access/sessions.ts'
import { forgetList } from '../accounts/last-list.ts'
import { link } from '../link.ts'
import { takeSession } from '../load-session.ts'
import type { PageRequest } from '../request.ts'

export async function leave({ portal, session, ip }: PageRequest, reply: FastifyReply) {
  if (session) await endSession(portal, session, ip)
  takeSession(reply)
  forgetList(reply)
  // Cookies are not cleared: the browser stays one that has signed in before, and other services may share the site.
  reply.header('clear-site-data', '"cache", "storage"')
  return reply.goTo(link('/sign-in', { left: session?.openid?.provider }))
}
