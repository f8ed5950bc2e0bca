import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Actor } from '../../access/actor.ts'
import { noteEvent } from '../../access/security-events.ts'
import { actorForToken } from '../../access/tokens.ts'
import type { Portal } from '../../portal.ts'
import { problem, sendProblem } from './problem-details.ts'

const ACTOR = 'tokenHolder'

/** From here on, every request needs a token, and acts as the administrator whom it was made for. */
export function authenticate(app: FastifyInstance, portal: Portal): void {
  app.decorateRequest(ACTOR)
  app.addHook('onRequest', async (request, reply) => {
    const token = bearerToken(request.headers.authorization)
    if (token === undefined) return refuse(reply, 'Bearer realm="Muster"', NO_TOKEN)
    const actor = await actorForToken(portal, token, request.ip)
    if (actor === null) {
      noteEvent(portal, 'authn_token_refused', { ip: request.ip, request: request.id })
      return refuse(reply, 'Bearer realm="Muster", error="invalid_token"', WRONG_TOKEN)
    }
    request.setDecorator(ACTOR, actor)
  })
}

export function actorOf(request: FastifyRequest): Actor {
  return request.getDecorator<Actor>(ACTOR)
}

/** What the log may say of who made a call. */
export function whoCalled(request: FastifyRequest) {
  const actor: Actor | undefined = actorOf(request) // none where the token was refused
  return {
    administrator: actor?.administratorId,
    token: actor?.tokenId,
    ip: request.ip,
    request: request.id,
    route: request.routeOptions.url,
  }
}

const NO_TOKEN =
  'Send the header “Authorization: Bearer TOKEN”. A token is made with “muster token create --email YOUR-ADDRESS”.'
const WRONG_TOKEN =
  'This token is not known, or is no longer valid. Make a new one with “muster token create”.'

export function bearerToken(header: string | undefined): string | undefined {
  return header?.match(/^Bearer +([\w.~+/=-]+) *$/i)?.[1]
}

function refuse(reply: FastifyReply, challenge: string, detail: string): FastifyReply {
  return sendProblem(reply.header('www-authenticate', challenge), problem(401, 'unauthenticated', detail))
}
