import type { FastifyReply } from 'fastify'
import { sendTable } from '../../spreadsheets/send-table.ts'
import { failedRowsFile, problemsFile, resultsFile } from '../../uploads/results-file.ts'
import { wholeResultsFile } from '../../uploads/whole-file.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

/** The file as it was sent, with the result of every row. */
export async function sendResultsFile({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  return sendTable(reply, await resultsFile(portal, actor, idOf(params.id)))
}

/** The file of several organisations as it was sent, with the result of every row of all of them. */
export async function sendWholeFile({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  return sendTable(reply, await wholeResultsFile(portal, actor, idOf(params.id)))
}

/** The rows that failed, to correct and send again. */
export async function sendFailedRows({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  return sendTable(reply, await failedRowsFile(portal, actor, idOf(params.id)))
}

/** The rows with errors, as the check found them. */
export async function sendProblems({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  return sendTable(reply, await problemsFile(portal, actor, idOf(params.id)))
}
