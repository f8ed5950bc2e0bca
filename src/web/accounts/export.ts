import type { FastifyReply } from 'fastify'
import { reportText } from '../../reports/report-file.ts'
import { reportName } from '../../reports/report-name.ts'
import { startReport } from '../../reports/run.ts'
import { sendTable } from '../../spreadsheets/send-table.ts'
import { organisationOfForm } from '../organisation/to-choose.ts'
import type { PageRequest } from '../request.ts'
import { askedFor, filterOf } from './asked.ts'

const KIND = 'upload-file'

/** Whom the list shows, as a file to edit and send back. */
export async function sendExport({ portal, actor, organisation, query }: PageRequest, reply: FastifyReply) {
  const filter = filterOf(askedFor(query))
  return sendTable(reply, {
    filename: reportName(KIND, organisation.code, portal.clock.now()),
    content: reportText(portal, actor, { kind: KIND, organisationCode: organisation.code, filter }),
  })
}

/** The same made in the background, where they are many. */
export async function startExport(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, body } = request
  const { code } = await organisationOfForm(request)
  const filter = filterOf(askedFor(body))
  const id = await startReport(portal, actor, { kind: KIND, organisationCode: code, filter })
  return reply.goTo(`/reports/${id}`)
}
