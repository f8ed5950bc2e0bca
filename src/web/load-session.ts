import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { lacksFactor } from '../access/second-factor/required.ts'
import { findSession } from '../access/sessions.ts'
import type { Portal } from '../portal.ts'
import { organisationsToChoose } from './organisation/to-choose.ts'
import { NoOrganisation } from './request.ts'

/** Finds out who is asking, from the session's cookie, afresh for each request: a role taken away is gone at once. */
export async function loadSession(app: FastifyInstance, portal: Portal): Promise<void> {
  app.decorateRequest('session', null)
  app.decorateRequest('organisations')
  app.decorateRequest('actor', {
    getter() {
      if (!this.session) throw new Error('This page is for anyone, but reads who is signed in.')
      return this.session.actor
    },
  })
  app.decorateRequest('organisation', {
    getter() {
      const chosen = this.organisations.find(({ id }) => id === this.session?.organisationId)
      const organisation = chosen ?? this.organisations[0]
      if (!organisation) throw new NoOrganisation()
      return organisation
    },
  })
  app.addHook('onRequest', async (request) => {
    request.organisations = []
    const id = sessionCookie(request)
    if (!id) return
    request.session = await findSession(portal, id, request.ip)
    if (request.session && !lacksFactor(portal, request.session))
      request.organisations = await organisationsToChoose(portal, request.session)
  })
}

/** The ID that the browser was given, of a session or of a sign-in that waits for its second factor. */
export function sessionCookie({ portal, cookies }: Pick<FastifyRequest, 'portal' | 'cookies'>) {
  return cookies[cookieName(portal)]
}

/** Gives the browser the session's ID. It ends with the browser, or when the session does. */
export function giveSession(reply: FastifyReply, id: string): void {
  reply.setCookie(cookieName(reply.request.portal), id, cookieRules(reply.request.portal))
}

export function takeSession(reply: FastifyReply): void {
  reply.clearCookie(cookieName(reply.request.portal), cookieRules(reply.request.portal))
}

export function cookieRules(portal: Portal) {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure: overHttps(portal) } as const
}

/** Browsers take a `__Host-` cookie from this very host over HTTPS only; without HTTPS there can be none. */
export function cookieName(portal: Portal, name = 'muster-session'): string {
  return overHttps(portal) ? `__Host-${name}` : name
}

function overHttps(portal: Portal): boolean {
  return portal.config.publicUrl.startsWith('https:')
}
