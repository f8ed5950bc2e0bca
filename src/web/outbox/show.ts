import type { FastifyReply } from 'fastify'
import { asActor } from '../../access/actor.ts'
import { noteEvent } from '../../access/security-events.ts'
import { Conflict, NotFound } from '../../errors.ts'
import { type SentMail, selectMail } from '../../mail/find-mail.ts'
import { makeLinkOf } from '../../mail/link.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

export async function showMail(request: PageRequest, reply: FastifyReply) {
  const message = await asActor(request.portal, request.actor, 'read-outbox', (tx) =>
    selectMail(tx, idOf(request.params.id)),
  )
  if (!message) throw new NotFound('There is no such e-mail.')
  return page(request, reply, message, message.text)
}

/** “Make the link”, where nothing is sent: shown this once, on the message's own page. */
export async function showLink(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, params } = request
  const id = idOf(params.id)
  if (portal.mailer.sends) throw new Conflict('This link is sent to its receiver, and made for nobody else.')
  const [message, text] = await asActor(portal, actor, 'read-outbox', async (tx) => [
    await selectMail(tx, id),
    await makeLinkOf(tx, id, portal.clock.now()),
  ])
  if (!message) throw new NotFound('There is no such e-mail.')
  if (text === undefined) throw new Conflict('This e-mail has no link that could still be used.')
  noteEvent(portal, 'authn_link_shown', { administrator: actor.administratorId, mail: id, ip: request.ip })
  return page(request, reply, message, text)
}

function page({ portal }: PageRequest, reply: FastifyReply, message: SentMail, text: string) {
  return reply.page('outbox/show.njk', {
    message,
    pieces: piecesOf(text, portal.config.publicUrl),
    mayMakeLink: message.linkWaits && !portal.mailer.sends,
    linkMade: text !== message.text,
  })
}

// A message is cut into text and links to this portal.
function piecesOf(text: string, publicUrl: string): { text: string; link: boolean }[] {
  return text
    .split(/(https?:\/\/[^\s]+)/)
    .map((piece) => ({ text: piece, link: piece.startsWith(`${publicUrl}/`) && !piece.endsWith('…') }))
}
