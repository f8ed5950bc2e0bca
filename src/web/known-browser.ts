import type { FastifyReply } from 'fastify'
import { KNOWN_FOR_S, rememberBrowser } from '../access/known-browsers.ts'
import { cookieName, cookieRules } from './load-session.ts'
import type { PageRequest } from './request.ts'

const NAME = 'muster-browser'

/** What the browser has to show for having been signed in with before. */
export function browserOf({ portal, cookies }: Pick<PageRequest, 'portal' | 'cookies'>): string | undefined {
  return cookies[cookieName(portal, NAME)]
}

/** Gives the browser something to show from now on, which it keeps when somebody signs out. */
export async function makeKnown(
  request: PageRequest,
  reply: FastifyReply,
  administratorId: number,
): Promise<void> {
  const { portal } = request
  const secret = await rememberBrowser(portal, administratorId, browserOf(request))
  reply.setCookie(cookieName(portal, NAME), secret, { ...cookieRules(portal), maxAge: KNOWN_FOR_S })
}
