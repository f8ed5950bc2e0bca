import type { FastifyReply } from 'fastify'
import { may } from '../../access/actor.ts'
import { REPORTS, reportOf, reportsFor } from '../../reports/registry.ts'
import { listReports } from '../../reports/run.ts'
import type { ReportRun } from '../../reports/store.ts'
import type { Weekly } from '../../reports/store-weekly.ts'
import { findWeekly } from '../../reports/weekly.ts'
import { count, number } from '../../words.ts'
import { filterWords } from '../accounts/filter-words.ts'
import type { PageRequest } from '../request.ts'
import { parameterWords } from './given.ts'

/** As many exports of some people as the page lists. */
const MOST_EXPORTS = 5

/** One row a report: what it answers, when it was last run, and the file. */
export async function showReports({ portal, actor, organisation }: PageRequest, reply: FastifyReply) {
  const runs = await listReports(portal, actor, { organisationId: organisation.id })
  return reply.page('reports/list.njk', {
    mayUpload: may(actor, 'upload', organisation.id),
    reports: reportsFor(actor, organisation.id).map((report) => {
      const ofKind = runs.filter(({ kind, filter }) => kind === report.kind && filter === null)
      const last = ofKind[0]
      return {
        ...report,
        last,
        words: last && reportWords(last),
        file: ofKind.map(shownRun).find(({ status, expired }) => status === 'completed' && !expired),
      }
    }),
    weekly: (await findWeekly(portal, actor, { organisationId: organisation.id })).map(shownWeekly),
    exports: runs
      .filter(({ filter }) => filter !== null)
      .slice(0, MOST_EXPORTS)
      .map((run) => ({ ...run, whom: filterWords(run.filter ?? {}) })),
  })
}

/** A run with its numbers and what it was asked for, in words. */
export function shownRun(run: ReportRun) {
  return { ...run, counted: countWords(run, run.progress.done), asked: parameterWords(run.parameters) }
}

/** What somebody is sent every Monday, in words. */
export function shownWeekly({ id, kind, parameters }: Weekly) {
  return { id, kind, title: reportOf(kind).title, asked: parameterWords(parameters) }
}

/** How far a report has come, in words: the page and what it polls say the same. */
export function reportWords(run: ReportRun): string {
  return `${number(run.progress.done)} of ${countWords(run, run.progress.total)} written`
}

/** What it is called; of some people only it is an export. */
export function titleOfRun({ kind, filter }: Pick<ReportRun, 'kind' | 'filter'>): string {
  return filter === null ? reportOf(kind).title : 'Export of some people'
}

function countWords({ kind }: Pick<ReportRun, 'kind'>, rows: number): string {
  const [one, many] = REPORTS.find((report) => report.kind === kind)?.counted ?? ['row', 'rows']
  return count(rows, one, many)
}
