import type { FastifyReply } from 'fastify'
import { reportOf } from '../../reports/registry.ts'
import { stopWeekly, wishWeekly } from '../../reports/weekly.ts'
import { field, idOf } from '../form.ts'
import { organisationOfForm } from '../organisation/to-choose.ts'
import type { PageRequest } from '../request.ts'
import { givenIn } from './given.ts'

/** “Send me this every Monday”, and “Stop”. */
export async function changeWeekly(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, params, body } = request
  const report = reportOf(params.id ?? '')
  const page = field(body, 'from') === 'list' ? '/reports' : `/reports/${report.kind}`
  const stop = field(body, 'stop')
  if (stop !== '') {
    await stopWeekly(portal, actor, idOf(stop))
    return reply.goTo(page, `“${report.title}” is not sent to you any more.`)
  }
  const { code } = await organisationOfForm(request)
  const given = givenIn(report, body)
  await wishWeekly(portal, actor, { kind: report.kind, organisationCode: code, given })
  return reply.goTo(page, `“${report.title}” is made every Monday, and you are sent a link to it.`)
}
