import csrfProtection from '@fastify/csrf-protection'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Portal } from '../portal.ts'
import type { Fields } from './form.ts'
import { cookieName, cookieRules } from './load-session.ts'

/** A form was sent that this session's pages didn't make: from elsewhere, or from before signing in or out. */
export class StaleForm extends Error {
  override name = 'StaleForm'
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Two locks on every form. First, what the browser says of where a request comes from, before its body is read.
 * Second, a token in the form, signed for this browser and this session. A form with a file sends it as its first
 * field (file-form.ts), so that it is judged before the file is taken.
 */
export async function guardForms(app: FastifyInstance, portal: Portal, secret: string): Promise<void> {
  await app.register(csrfProtection, {
    cookieKey: cookieName(portal, 'muster-form'),
    cookieOpts: cookieRules(portal),
    csrfOpts: { hmacKey: secret, userInfo: true },
    getUserInfo: sessionOf,
    getToken: (request) => (request.body as Fields | undefined)?._csrf as string | undefined,
    logLevel: 'debug',
  })
  app.addHook('onRequest', async (request) => {
    if (!SAFE.has(request.method) && comesFromElsewhere(request, portal)) throw new StaleForm()
  })
  app.addHook('preHandler', (request, reply, done) => {
    if (SAFE.has(request.method)) done()
    else app.csrfProtection(request, reply, done)
  })
}

/** The session that a form's token is signed for. */
export function sessionOf(request: FastifyRequest): string {
  return request.session?.idHash.toString('base64url') ?? 'nobody'
}

/**
 * Whether somebody opened an address from a page of ours, or by themselves: what begins something may not be opened from
 * elsewhere. A browser that says nothing of it counts as elsewhere.
 */
export function comesFromHere({ headers, host }: FastifyRequest, portal: Portal): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const { referer = '' } = headers
  return (
    URL.canParse(referer) && [new URL(portal.config.publicUrl).host, host].includes(new URL(referer).host)
  )
}

function comesFromElsewhere(request: FastifyRequest, portal: Portal): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const origin = request.headers.origin
  if (origin === undefined) return false // an old browser: the token decides
  return (
    !URL.canParse(origin) ||
    ![new URL(portal.config.publicUrl).host, request.host].includes(new URL(origin).host)
  )
}
