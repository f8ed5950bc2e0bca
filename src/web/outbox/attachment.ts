import type { FastifyReply } from 'fastify'
import { asActor } from '../../access/actor.ts'
import { rightsOfNow } from '../../access/rights-of-now.ts'
import { sendFile } from '../../csv/send-csv.ts'
import { NotFound } from '../../errors.ts'
import { attachmentPieces, selectAttachment } from '../../mail/find-mail.ts'
import { XLSX_TYPE } from '../../spreadsheets/xlsx-frame.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

export async function sendAttachment({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  const id = idOf(params.id)
  const found = await asActor(portal, actor, 'read-outbox', (tx) => selectAttachment(tx, id))
  if (!found) throw new NotFound('There is no such attachment.')
  const content = attachmentPieces(id, rightsOfNow(portal, actor, 'read-outbox', null))
  const type = found.name.endsWith('.xlsx') ? XLSX_TYPE : 'text/csv; charset=utf-8'
  return sendFile(reply, type, { filename: found.name, content })
}
