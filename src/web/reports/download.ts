import type { FastifyReply } from 'fastify'
import { reportFile } from '../../reports/run.ts'
import { sendTable } from '../../spreadsheets/send-table.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

export async function sendReport({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  return sendTable(reply, await reportFile(portal, actor, idOf(params.id)))
}
