import type { FastifyReply } from 'fastify'
import { sendCsv } from '../../csv/send-csv.ts'
import { reportFile } from '../../reports/run.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

export async function sendReport({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  return sendCsv(reply, await reportFile(portal, actor, idOf(params.id)))
}
