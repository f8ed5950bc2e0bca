import type { FastifyReply } from 'fastify'
import { keepInSession } from '../../access/sessions.ts'
import { InvalidInput } from '../../errors.ts'
import { startReport } from '../../reports/run.ts'
import { REPORT_KINDS } from '../../reports/store.ts'
import { field } from '../form.ts'
import { link } from '../link.ts'
import { organisationOfForm } from '../organisation/to-choose.ts'
import type { PageRequest } from '../request.ts'

/**
 * “Run”: the report is made in the background, for the organisation of the form, whose reports are shown next; or the page
 * that it was asked for on.
 */
export async function runAReport(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, session, body } = request
  const kind = REPORT_KINDS.find((one) => one === field(body, 'kind'))
  if (kind === undefined) throw new InvalidInput('There is no such report.')
  const { id, code } = await organisationOfForm(request)
  const runId = await startReport(portal, actor, { kind, organisationCode: code })
  if (session && id !== request.organisation.id) await keepInSession(portal, session, { organisationId: id })
  if (field(body, 'for') !== 'upload') return reply.goTo(`/reports#${kind}`)
  const format = field(body, 'format') === 'csv' ? 'csv' : 'xlsx'
  return reply.goTo(`${link('/uploads/new', { export: runId, format })}#export`)
}
