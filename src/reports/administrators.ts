import sql, { empty } from 'sql-template-tag'
import { ROLE_NAMES, type Role } from '../access/permissions.ts'
import type { Transaction } from '../database/open.ts'
import {
  type Asked,
  barsOf,
  type Measures,
  numberAfter,
  type Page,
  type PageFrom,
  type Report,
  toTheSecond,
} from './report.ts'

/** Who has a role over the organisation, and when they last signed in. Those with a role over all are none of its own. */
export const ADMINISTRATORS_REPORT: Report = {
  kind: 'administrators',
  title: 'Administrators and their sign-ins',
  question: 'Who may work in your organisation, in which role, and when did they last sign in?',
  fileName: 'administrators',
  needs: 'read-audit',
  takes: [],
  counted: ['administrator', 'administrators'],
  columns: [
    { heading: 'ID' },
    { heading: 'Name', onPage: 'Name' },
    { heading: 'EmailAddress', onPage: 'Email address' },
    { heading: 'Roles', onPage: 'Roles' },
    { heading: 'RoleSince', onPage: 'Since', isTime: true },
    { heading: 'State', onPage: 'State' },
    { heading: 'LastSignIn', onPage: 'Last signed in', isTime: true },
    { heading: 'SignedInOn', onPage: 'Signed in on' },
  ],
  measure,
  page,
}

type Row = {
  id: number
  name: string
  email: string
  roles: Role[]
  since: Date | null
  state: 'invited' | 'active' | 'disabled'
  lastSignInAt: Date | null
  sessions: number
}

const STATES: Record<Row['state'], string> = {
  invited: 'Invited',
  active: 'May sign in',
  disabled: 'Disabled',
}

async function page(tx: Transaction, asked: Asked, from: PageFrom): Promise<Page> {
  const found = await tx.rows<Row>(sql`
    select a.id, a.name, a.email, array_agg(r.role order by r.role) as roles, min(r.granted_at) as since,
      a.last_sign_in_at as "lastSignInAt",
      case when a.disabled_at is not null then 'disabled' when a.password_hash is null then 'invited' else 'active' end as state,
      (select count(*) from session s where s.administrator_id = a.id and s.expires_at > now()) as sessions
    from administrator a join administrator_role r on r.administrator_id = a.id
    where r.organisation_id = ${asked.organisation.id}
      ${from.after === null ? empty : sql`and a.id > ${numberAfter(from)}::bigint`}
    group by a.id order by a.id limit ${from.limit}`)
  const last = found.at(-1)
  return {
    rows: found.map(cellsOf),
    records: found.length,
    next: last && found.length === from.limit ? String(last.id) : null,
  }
}

function cellsOf(row: Row): string[] {
  return [
    ...[String(row.id), row.name, row.email, row.roles.map((role) => ROLE_NAMES[role]).join(', ')],
    ...[toTheSecond(row.since), STATES[row.state], toTheSecond(row.lastSignInAt)],
    row.sessions === 0 ? '' : `${row.sessions} ${row.sessions === 1 ? 'device' : 'devices'}`,
  ]
}

const LAST_SIGN_INS = {
  week: 'In the last 7 days',
  month: 'In the last 30 days',
  quarter: 'In the last 90 days',
  earlier: 'Longer ago',
  never: 'Never',
}

async function measure(tx: Transaction, asked: Asked): Promise<Measures> {
  const found = await tx.rows<{ last: keyof typeof LAST_SIGN_INS; administrators: number }>(sql`
    select case when last_sign_in_at is null then 'never'
      when last_sign_in_at > now() - interval '7 days' then 'week'
      when last_sign_in_at > now() - interval '30 days' then 'month'
      when last_sign_in_at > now() - interval '90 days' then 'quarter' else 'earlier' end as last,
      count(*) as administrators
    from administrator a
    where a.id in (select administrator_id from administrator_role where organisation_id = ${asked.organisation.id})
    group by 1`)
  const counts = Object.entries(LAST_SIGN_INS).map(([last, label]) => ({
    label,
    value: found.find((row) => row.last === last)?.administrators ?? 0,
  }))
  const total = counts.reduce((sum, { value }) => sum + value, 0)
  return {
    total,
    figures: [
      { label: 'Administrators', value: total },
      { label: 'Never signed in', value: counts.at(-1)?.value ?? 0 },
    ],
    pictures: [
      {
        ...{ kind: 'bars', caption: 'When administrators last signed in', counts: 'Administrators' },
        bars: barsOf(counts),
      },
    ],
  }
}
