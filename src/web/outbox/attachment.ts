import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { asActor } from '../../access/actor.ts'
import { NotFound } from '../../errors.ts'
import { findAttachment } from '../../mail/find-mail.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { sendCsv } from '../send-csv.ts'

export async function sendAttachment({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  const found = await asActor(portal, actor, 'read-outbox', (tx) => findAttachment(tx, idOf(params.id)))
  if (!found) throw new NotFound('There is no such attachment.')
  return sendCsv(reply, { filename: found.name, content: Readable.from([found.content]) })
}
