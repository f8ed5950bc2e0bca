import type { FastifyReply } from 'fastify'
import { cookieName, cookieRules } from '../load-session.ts'
import type { PageRequest } from '../request.ts'

/** As the cookie's value is written; a browser keeps none of more than 4,096 bytes. */
const LONGEST = 3_500

/** Keeps where in the list of people somebody was, in their browser, for the way back. */
export function keepList(request: PageRequest, reply: FastifyReply, href: string): void {
  const kept = ownerOf(request) + href
  const { portal, cookies } = request
  if (encodeURIComponent(kept).length > LONGEST || cookies[cookieName(portal, LAST)] === kept) return
  reply.setCookie(cookieName(portal, LAST), kept, cookieRules(portal))
}

/** The list as this person last saw it, of the organisation that they work for. */
export function lastList(request: PageRequest): string {
  const kept = request.cookies[cookieName(request.portal, LAST)] ?? ''
  const owner = ownerOf(request)
  const href = kept.startsWith(owner) ? kept.slice(owner.length) : ''
  return /^\/accounts(?:\?|$)/.test(href) ? href : '/accounts'
}

/** Whoever signs in next isn't told what was searched for. */
export function forgetList(reply: FastifyReply): void {
  const { portal } = reply.request
  reply.clearCookie(cookieName(portal, LAST), cookieRules(portal))
}

const LAST = 'muster-list'

function ownerOf({ actor, organisation }: PageRequest): string {
  return `${actor.administratorId}.${organisation.id}.`
}
