import type { FastifyReply } from 'fastify'
import { may } from '../../access/actor.ts'
import { ANNOUNCED_DAYS } from '../../directory/due.ts'
import { listReports, type ReportKind, type ReportRun } from '../../reports/run.ts'
import { count, number } from '../../words.ts'
import { filterWords } from '../accounts/filter-words.ts'
import type { PageRequest } from '../request.ts'

/** The reports, in the order of the page: what each answers. */
const REPORTS: readonly { kind: ReportKind; name: string; answers: string }[] = [
  {
    kind: 'mailbox',
    name: 'Mailbox Report',
    answers:
      'Who is in the directory? Everyone of your organisation, leavers and deleted accounts too, with their IDs.',
  },
  {
    kind: 'upload-file',
    name: 'Export as upload file',
    answers:
      'What do I send back? The same people under the headings of an upload, leavers and deleted accounts left out. Sent back unedited, it changes nothing.',
  },
  {
    kind: 'due',
    name: 'Due',
    answers: `What becomes of whom within ${ANNOUNCED_DAYS} days? Leavers who will be deleted, and deleted accounts that will be removed for good, each with the day.`,
  },
]

export const REPORT_NAMES = Object.fromEntries(REPORTS.map(({ kind, name }) => [kind, name]))

/** As many exports of some people as the page lists. */
const MOST_EXPORTS = 5

/** One row a report: what it answers, when it was last run, and the file. */
export async function showReports({ portal, actor, organisation }: PageRequest, reply: FastifyReply) {
  const runs = await listReports(portal, actor, { organisationId: organisation.id })
  return reply.page('reports/list.njk', {
    mayUpload: may(actor, 'upload', organisation.id),
    reports: REPORTS.map((report) => {
      const ofKind = runs.filter(({ kind, filter }) => kind === report.kind && filter === null)
      const last = ofKind[0]
      return {
        ...report,
        last,
        words: last && reportWords(last),
        file: ofKind.find(({ status, expired }) => status === 'completed' && !expired),
      }
    }),
    exports: runs
      .filter(({ filter }) => filter !== null)
      .slice(0, MOST_EXPORTS)
      .map((run) => ({ ...run, whom: filterWords(run.filter ?? {}) })),
  })
}

/** How far a report has come, in words: the page and what it polls say the same. */
export function reportWords({ progress: { done, total } }: ReportRun): string {
  return `${number(done)} of ${count(total, 'account')} written`
}
