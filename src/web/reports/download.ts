import type { FastifyReply } from 'fastify'
import { reportFile } from '../../reports/run.ts'
import { sendFile } from '../downloads/send-file.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

export async function sendReport({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  return sendFile(reply, await reportFile(portal, actor, idOf(params.id)))
}
