import type { FastifyReply } from 'fastify'
import { asActor } from '../../access/actor.ts'
import { NotFound } from '../../errors.ts'
import { findMail } from '../../mail/find-mail.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

export async function showMail({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  const message = await asActor(portal, actor, 'read-outbox', (tx) => findMail(tx, idOf(params.id)))
  if (!message) throw new NotFound('There is no such e-mail.')
  // A link that was sent to its person is theirs alone; one that waits here can be read here only.
  const text = portal.mailer.sends ? message.text.replace(/\?link=\S+/g, '?link=…') : message.text
  return reply.page('outbox/show.njk', { message, pieces: piecesOf(text, portal.config.publicUrl) })
}

// The text between links, and the links to this portal.
function piecesOf(text: string, publicUrl: string): { text: string; link: boolean }[] {
  return text
    .split(/(https?:\/\/[^\s]+)/)
    .map((piece) => ({ text: piece, link: piece.startsWith(`${publicUrl}/`) && !piece.endsWith('…') }))
}
