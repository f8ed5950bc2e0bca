import type { FastifyReply } from 'fastify'
import { asActor } from '../../access/actor.ts'
import { asActorNow } from '../../access/rights-of-now.ts'
import { sendCsv } from '../../csv/send-csv.ts'
import { NotFound } from '../../errors.ts'
import { attachmentPieces, selectAttachment } from '../../mail/find-mail.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

export async function sendAttachment({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  const id = idOf(params.id)
  const found = await asActor(portal, actor, 'read-outbox', (tx) => selectAttachment(tx, id))
  if (!found) throw new NotFound('There is no such attachment.')
  const content = attachmentPieces(id, (work) => asActorNow(portal, actor, 'read-outbox', null, work))
  return sendCsv(reply, { filename: found.name, content })
}
