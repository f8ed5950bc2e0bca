import type { FastifyReply } from 'fastify'
import { beginSignIn, LASTS_S } from '../../access/openid/begin.ts'
import { finishSignIn } from '../../access/openid/finish.ts'
import { providerOf } from '../../access/openid/provider.ts'
import { SignInRefused, type WhyNot } from '../../access/openid/refusal.ts'
import { comesFromHere } from '../csrf.ts'
import { field } from '../form.ts'
import { link } from '../link.ts'
import { cookieName, cookieRules } from '../load-session.ts'
import { pathHere } from '../path-here.ts'
import type { PageRequest } from '../request.ts'
import { welcome } from './welcome.ts'

const COOKIE = 'muster-openid'

/**
 * Sends the browser to the provider: by a link and not by a form, since a browser lets a form's answer lead to no other
 * server, nor to those that a provider may send people on to. Only from our own page, so that nobody else's begins it.
 */
export async function goElsewhere(request: PageRequest, reply: FastifyReply) {
  const { portal, params, query, ip } = request
  const [provider, next] = [params.id ?? '', field(query, 'next')]
  if (!comesFromHere(request, portal)) return reply.goTo(link('/sign-in', { next }))
  try {
    const { to, browser } = await beginSignIn(portal, {
      provider,
      next: pathHere(next),
      link: field(query, 'link'),
      again: field(query, 'again') !== '',
      browser: browserOf(request),
      ip,
    })
    reply.setCookie(cookieName(portal, COOKIE), browser, { ...cookieRules(portal), maxAge: LASTS_S })
    return reply.redirect(to, 303)
  } catch (error) {
    return refusalPage(request, reply, error)
  }
}

/** Where the provider sends them back. Whoever was signed in here before is signed out. */
export async function comeBack(request: PageRequest, reply: FastifyReply) {
  const { portal, params, ip } = request
  try {
    const { actor, openid, next } = await finishSignIn(portal, {
      provider: params.id ?? '',
      query: request.url.slice(request.url.indexOf('?') + 1),
      browser: browserOf(request),
      ip,
    })
    return await welcome(request, reply, actor.administratorId, { next, openid })
  } catch (error) {
    return refusalPage(request, reply, error)
  }
}

function browserOf({ portal, cookies }: PageRequest): string | undefined {
  return cookies[cookieName(portal, COOKIE)]
}

const STATUS: Record<WhyNot, number> = {
  stale: 400,
  declined: 403,
  'provider-refuses': 403,
  'no-answer': 503,
  'not-genuine': 400,
  unknown: 403,
}

function refusalPage({ portal, params }: PageRequest, reply: FastifyReply, error: unknown) {
  if (!(error instanceof SignInRefused)) throw error
  const { name } = providerOf(portal, params.id ?? '')
  const isAway = error.why === 'no-answer'
  if (isAway) reply.header('retry-after', 60)
  return reply.code(STATUS[error.why]).page('sign-in/refused.njk', {
    why: error.why,
    name,
    code: error.why === 'provider-refuses' ? error.what : null,
    isBreakGlassOnly: portal.config.localSignIn === 'off',
  })
}
