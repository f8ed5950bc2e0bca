import type { FastifyReply } from 'fastify'
import { may } from '../../access/actor.ts'
import { findReport } from '../../reports/run.ts'
import { filterWords } from '../accounts/filter-words.ts'
import { idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'
import { reportWords, shownRun, titleOfRun } from './list.ts'
import { showAReport } from './show-report.ts'

/** A report by its name, or one run of it by its number. */
export function showReport(request: PageRequest, reply: FastifyReply) {
  return isNumber(request.params.id) ? showRun(request, reply) : showAReport(request, reply)
}

export function isNumber(text: string | undefined): boolean {
  return text !== undefined && /^\d+$/.test(text)
}

/** One run of a report: how far it is, and its file. */
async function showRun({ portal, actor, params }: PageRequest, reply: FastifyReply) {
  const run = await findReport(portal, actor, idOf(params.id))
  return reply.page('reports/show.njk', {
    run: shownRun(run),
    name: titleOfRun(run),
    whom: run.filter && filterWords(run.filter),
    words: reportWords(run),
    mayUpload: may(actor, 'upload', run.organisation.id),
  })
}
