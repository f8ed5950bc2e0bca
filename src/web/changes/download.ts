import type { FastifyReply } from 'fastify'
import { changeResultsFile } from '../../results/change-results-file.ts'
import { sendTable } from '../../spreadsheets/send-table.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

/** What became of each field. */
export async function sendChangeResults({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  return sendTable(reply, await changeResultsFile(portal, actor, idOf(params.id)))
}
