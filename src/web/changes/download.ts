import type { FastifyReply } from 'fastify'
import { changeResultsFile } from '../../results/change-results-file.ts'
import { sendFile } from '../downloads/send-file.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

/** What became of each field. */
export async function sendChangeResults({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  return sendFile(reply, await changeResultsFile(portal, actor, idOf(params.id)))
}
