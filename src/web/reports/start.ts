import type { FastifyReply } from 'fastify'
import { keepInSession } from '../../access/sessions.ts'
import { InvalidInput, NotFound } from '../../errors.ts'
import { reportOf } from '../../reports/registry.ts'
import type { Report } from '../../reports/report.ts'
import { startReport } from '../../reports/run.ts'
import { field } from '../form.ts'
import { link } from '../link.ts'
import { organisationOfForm } from '../organisation/to-choose.ts'
import type { PageRequest } from '../request.ts'
import { givenIn } from './given.ts'

/**
 * “Run”: the report is made in the background, for the organisation of the form, whose reports are shown next; or the page
 * that it was asked for on.
 */
export async function runAReport(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, session, body } = request
  const report = reportOfForm(request)
  const { kind } = report
  const { id, code } = await organisationOfForm(request)
  const given = givenIn(report, body)
  const runId = await startReport(portal, actor, { kind, organisationCode: code, given })
  if (session && id !== request.organisation.id) await keepInSession(portal, session, { organisationId: id })
  const page = field(body, 'for')
  if (page === 'report') return reply.goTo(`/reports/${runId}`)
  if (page !== 'upload') return reply.goTo(`/reports#${kind}`)
  const format = field(body, 'format') === 'csv' ? 'csv' : 'xlsx'
  return reply.goTo(`${link('/uploads/new', { export: runId, format })}#export`)
}

/** @throws InvalidInput for a form that names no report */
function reportOfForm({ body }: PageRequest): Report {
  try {
    return reportOf(field(body, 'kind'))
  } catch (error) {
    if (error instanceof NotFound) throw new InvalidInput('There is no such report.')
    throw error
  }
}
