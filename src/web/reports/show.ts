import type { FastifyReply } from 'fastify'
import { may } from '../../access/actor.ts'
import { findReport } from '../../reports/run.ts'
import { filterWords } from '../accounts/filter-words.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { REPORT_NAMES, reportWords } from './list.ts'

/** One run of a report: how far it is, and its file. */
export async function showReport({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  const run = await findReport(portal, actor, idOf(params.id))
  return reply.page('reports/show.njk', {
    run,
    name: run.filter === null ? REPORT_NAMES[run.kind] : 'Export of some people',
    whom: run.filter && filterWords(run.filter),
    words: reportWords(run),
    mayUpload: may(actor, 'upload', run.organisation.id),
  })
}
