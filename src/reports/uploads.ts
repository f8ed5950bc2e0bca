import sql, { empty, type Sql } from 'sql-template-tag'
import type { ChangeResult, ResultCounts } from '../changes/change.ts'
import type { Status } from '../changes/status.ts'
import type { Transaction } from '../database/open.ts'
import { andWithin, daysBefore, mondayOf } from './period.ts'
import {
  type Asked,
  type Measures,
  numberAfter,
  type Page,
  type PageFrom,
  type Report,
  toTheSecond,
} from './report.ts'

/** The files that were sent, and what became of each. */
export const UPLOADS_REPORT: Report = {
  kind: 'uploads',
  title: 'Uploads and their outcomes',
  question: 'Which files were sent, by whom, and what became of them? One row a file, with its numbers.',
  fileName: 'uploads',
  needs: 'read-uploads',
  takes: ['from', 'to', 'administrator'],
  usualDays: 84,
  counted: ['upload', 'uploads'],
  columns: [
    { heading: 'Upload' },
    { heading: 'FileName', onPage: 'File', leads: { to: '/uploads/', by: 'Upload' } },
    { heading: 'Note' },
    { heading: 'Mode' },
    { heading: 'Status', onPage: 'Status' },
    { heading: 'SentBy', onPage: 'Sent by' },
    { heading: 'SentOn', onPage: 'Sent on', isTime: true },
    { heading: 'ConfirmedBy' },
    { heading: 'ConfirmedOn', isTime: true },
    { heading: 'EndedOn', isTime: true },
    { heading: 'Rows', onPage: 'Rows' },
    { heading: 'Updated', onPage: 'Updated' },
    { heading: 'Created', onPage: 'Created' },
    { heading: 'Unchanged' },
    { heading: 'Skipped' },
    { heading: 'Failed', onPage: 'Failed' },
    { heading: 'Reason' },
  ],
  measure,
  page,
}

type Row = {
  id: number
  filename: string
  note: string | null
  mode: string
  status: Status
  by: string
  createdAt: Date
  confirmedBy: string | null
  confirmedAt: Date | null
  completedAt: Date | null
  rows: number | null
  results: Partial<ResultCounts>
  reason: string | null
}

/** The newest first. */
async function page(tx: Transaction, asked: Asked, from: PageFrom): Promise<Page> {
  const before = from.after === null ? empty : sql`and s.id < ${numberAfter(from)}::bigint`
  const found = await tx.rows<Row>(sql`
    select s.id, u.filename, u.note, u.mode, s.status, creator.name as by, s.created_at as "createdAt",
      confirmer.name as "confirmedBy", s.confirmed_at as "confirmedAt", s.completed_at as "completedAt",
      (s.counts->>'rows')::integer as rows, s.results, s.reason->>'message' as reason
    from upload u join change_set s on s.id = u.id join administrator creator on creator.id = s.created_by
      left join administrator confirmer on confirmer.id = s.confirmed_by
    where ${isAskedFor(asked)} ${before} order by s.id desc limit ${from.limit}`)
  const last = found.at(-1)
  return {
    rows: found.map(cellsOf),
    records: found.length,
    next: last && found.length === from.limit ? String(last.id) : null,
  }
}

function cellsOf({ results, ...row }: Row): string[] {
  const numbers = RESULTS_TOLD.map((result) => String(results[result] ?? 0))
  return [
    ...[String(row.id), row.filename, row.note ?? '', row.mode, row.status],
    ...[row.by, toTheSecond(row.createdAt), row.confirmedBy ?? '', toTheSecond(row.confirmedAt)],
    ...[toTheSecond(row.completedAt), String(row.rows ?? 0), ...numbers, row.reason ?? ''],
  ]
}

const RESULTS_TOLD = [
  'updated',
  'created',
  'unchanged',
  'skipped',
  'failed',
] as const satisfies ChangeResult[]

function isAskedFor({ organisation, parameters: { administrator, ...period } }: Asked): Sql {
  const by =
    administrator === undefined
      ? empty
      : sql`and (s.created_by = any(${administrator}::integer[]) or s.confirmed_by = any(${administrator}::integer[]))`
  return sql`u.organisation_id = ${organisation.id} ${andWithin(period, 's.created_at')} ${by}`
}

const OUTCOMES = {
  applied: 'Applied',
  'with-failures': 'Applied, some rows failed',
  'not-applied': 'Not applied',
  open: 'Not finished',
}

type Outcome = keyof typeof OUTCOMES

const OUTCOME: Sql = sql`case
  when s.status = 'completed' then
    case when coalesce((s.results->>'failed')::integer, 0) > 0 then 'with-failures' else 'applied' end
  when s.status in ('rejected', 'cancelled', 'failed', 'expired') then 'not-applied' else 'open' end`

/** As many weeks as the picture has room for: the last ones. */
const MOST_WEEKS = 26

async function measure(tx: Transaction, asked: Asked): Promise<Measures> {
  const found = await tx.rows<{ week: string; outcome: Outcome; uploads: number }>(sql`
    select to_char(date_trunc('week', s.created_at at time zone 'Europe/London'), 'YYYY-MM-DD') as week,
      ${OUTCOME} as outcome, count(*) as uploads
    from upload u join change_set s on s.id = u.id where ${isAskedFor(asked)} group by 1, 2 order by 1`)
  const outcomes = Object.keys(OUTCOMES) as Outcome[]
  const sumOf = (rows: typeof found, outcome: Outcome) =>
    rows.filter((row) => row.outcome === outcome).reduce((sum, { uploads }) => sum + uploads, 0)
  const total = found.reduce((sum, { uploads }) => sum + uploads, 0)
  const weeks = weeksOf(asked, found.at(0)?.week, found.at(-1)?.week)
  return {
    total,
    figures: outcomes.map((outcome) => ({ label: OUTCOMES[outcome], value: sumOf(found, outcome) })),
    pictures: [
      {
        kind: 'columns',
        caption: 'Uploads a week, and what became of them',
        over: 'Week from',
        parts: Object.values(OUTCOMES),
        columns: weeks.map((week) => {
          const ofWeek = found.filter((row) => row.week === week)
          return { label: week, values: outcomes.map((outcome) => sumOf(ofWeek, outcome)) }
        }),
      },
    ],
  }
}

/** The Mondays of the period, without gaps. */
function weeksOf({ parameters: { from, to } }: Asked, first?: string, last?: string): string[] {
  const [start, end] = [from ?? first, to ?? last]
  if (start === undefined || end === undefined) return []
  const weeks: string[] = []
  const earliest = mondayOf(start)
  for (let week = mondayOf(end); week >= earliest && weeks.length < MOST_WEEKS; week = daysBefore(week, 7))
    weeks.unshift(week)
  return weeks
}
