import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { asActor } from '../../access/actor.ts'
import { NotFound } from '../../errors.ts'
import { findAttachment } from '../../mail/find-mail.ts'
import { sendFile } from '../downloads/send-file.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

export async function sendAttachment({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  const found = await asActor(portal, actor, 'read-outbox', (tx) => findAttachment(tx, idOf(params.id)))
  if (!found) throw new NotFound('There is no such attachment.')
  return sendFile(reply, { filename: found.name, content: Readable.from([found.content]) })
}
