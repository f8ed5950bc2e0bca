import type { FastifyReply } from 'fastify'
import { findOrganisation } from '../../directory/organisation.ts'
import { InvalidInput } from '../../errors.ts'
import { ask } from '../../reports/ask.ts'
import { lookAtReport } from '../../reports/look-at-report.ts'
import type { Given } from '../../reports/parameters.ts'
import { reportOf } from '../../reports/registry.ts'
import type { Asked, Column, Report } from '../../reports/report.ts'
import { listReports } from '../../reports/run.ts'
import { findWeekly } from '../../reports/weekly.ts'
import { count } from '../../words.ts'
import { type FormError, field, formErrors } from '../form.ts'
import { link } from '../link.ts'
import type { PageRequest } from '../request.ts'
import { givenIn, parameterWords, shownParameters } from './given.ts'
import { shownRun, shownWeekly } from './list.ts'
import { drawn, showsSomething } from './picture.ts'

const ROWS = 20

/** More are made in the background. */
const MOST_AT_ONCE = 10_000

/** As many runs of it as its page lists. */
const MOST_RUNS = 10

/** A report: what it was asked for, its figures, its picture, its first rows, and its files. */
export async function showAReport(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, organisation, params, query } = request
  const report = reportOf(params.id ?? '')
  const { kind } = report
  const given = givenIn(report, query)
  const wanted = { kind, organisationCode: organisation.code }
  const { asked, errors } = await understood(ask(portal, actor, { ...wanted, given }), () =>
    ask(portal, actor, wanted),
  )
  const after = field(query, 'after')
  const from = { after: after === '' ? null : after, limit: ROWS }
  const look = errors.length > 0 ? undefined : await lookAtReport(portal, actor, asked, from)
  const runs = await listReports(portal, actor, { organisationId: organisation.id, kind, limit: MOST_RUNS })
  const path = `/reports/${kind}`
  const places = await findOrganisation(portal, actor, { id: organisation.id })
  return reply.page('reports/report.njk', {
    ...{ report, errors, kind },
    parameters: shownParameters(report, given, asked.parameters, places),
    given: Object.entries(given).map(([name, value]) => ({ name, value })),
    clearHref: Object.values(given).some((value) => value !== '') ? path : null,
    words: parameterWords(asked.parameters),
    ...(look && shown(report, look, { path, given, after })),
    weekly: (await findWeekly(portal, actor, { organisationId: organisation.id, kind })).map(shownWeekly),
    hasPeriod: report.usualDays !== undefined,
    runs: runs.filter(({ filter }) => filter === null).map(shownRun),
  })
}

/** What was asked for; or, where that can't be, what is usually asked for, with what is wrong. */
async function understood(
  asking: Promise<Asked>,
  usually: () => Promise<Asked>,
): Promise<{ asked: Asked; errors: FormError[] }> {
  try {
    return { asked: await asking, errors: [] }
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    return { asked: await usually(), errors: formErrors(error) }
  }
}

type Look = Awaited<ReturnType<typeof lookAtReport>>

function shown(
  report: Report,
  { measures, page }: Look,
  { path, given, after }: { path: string; given: Given; after: string },
) {
  const columns = report.columns.flatMap((column, at) =>
    column.onPage === undefined ? [] : [{ ...column, at, label: column.onPage }],
  )
  return {
    total: count(measures.total, ...report.counted),
    isEmpty: measures.total === 0,
    isLarge: measures.total > MOST_AT_ONCE,
    figures: measures.figures,
    pictures: measures.pictures.filter(showsSomething).map(drawn),
    columns,
    rows: page.rows.map((cells) => columns.map((column) => cellOf(report, column, cells))),
    page: {
      firstHref: after === '' ? null : link(path, given),
      nextHref: page.next === null ? null : link(path, { ...given, after: page.next }),
    },
    xlsxHref: link(`${path}/file.xlsx`, given),
    csvHref: link(`${path}/file.csv`, given),
    plainHref: link(`${path}/file.csv`, { ...given, for: 'machines' }),
  }
}

function cellOf(
  report: Report,
  { at, label, isTime, leads }: Column & { at: number; label: string },
  cells: readonly string[],
) {
  const text = cells[at] ?? ''
  const end = leads && cells[report.columns.findIndex(({ heading }) => heading === leads.by)]
  return {
    label,
    text,
    time: isTime && text !== '' ? new Date(text) : null,
    href: leads && end ? `${leads.to}${end}` : null,
  }
}
