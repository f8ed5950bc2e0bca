import type { FastifyReply } from 'fastify'
import { reportName } from '../../reports/report-name.ts'
import { startReport } from '../../reports/run.ts'
import { uploadFile } from '../../reports/upload-file.ts'
import { sendTable } from '../../spreadsheets/send-table.ts'
import { organisationOfForm } from '../organisation/to-choose.ts'
import type { PageRequest } from '../request.ts'
import { askedFor, filterOf } from './asked.ts'

/** Whom the list shows, as a file to edit and send back. */
export async function sendExport({ portal, actor, organisation, query }: PageRequest, reply: FastifyReply) {
  return sendTable(reply, {
    filename: reportName('upload-file', organisation.code, portal.clock.now()),
    content: uploadFile(portal, actor, organisation.code, filterOf(askedFor(query))),
  })
}

/** The same made in the background, where they are many. */
export async function startExport(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, body } = request
  const { code } = await organisationOfForm(request)
  const filter = filterOf(askedFor(body))
  const id = await startReport(portal, actor, { kind: 'upload-file', organisationCode: code, filter })
  return reply.goTo(`/reports/${id}`)
}
