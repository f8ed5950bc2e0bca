import type { FastifyReply } from 'fastify'
import { sendCsv } from '../../csv/send-csv.ts'
import { changeResultsFile } from '../../results/change-results-file.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

/** What became of each field. */
export async function sendChangeResults({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  return sendCsv(reply, await changeResultsFile(portal, actor, idOf(params.id)))
}
