import sql from 'sql-template-tag'
import { type Actor, asActor } from '../access/actor.ts'
import { inScope } from '../access/scope-sql.ts'
import type { Portal } from '../portal.ts'
import { ACCOUNT_STATUSES, type AccountStatus } from './account.ts'
import { PRESENT_STATUSES } from './account-filter.ts'

/** What is counted of people who are there. */
export const COUNTED_FIELDS = [
  'localId',
  'mobile',
  'jobTitle',
  'department',
  'site',
  'organisationalUnit',
] as const

export type CountedField = (typeof COUNTED_FIELDS)[number]

/** An organisation's directory in numbers. */
export type Figures = {
  statuses: { status: AccountStatus; accounts: number }[]
  /** Of people (not of shared and resource mailboxes) who are there: how many, and how many have each field filled. */
  people: number
  filled: Record<CountedField, number>
}

export async function findFigures(portal: Portal, actor: Actor, organisationId: number): Promise<Figures> {
  const rows = await asActor(portal, actor, 'read-accounts', (tx, scope) =>
    tx.rows<{ status: AccountStatus; accounts: number; people: number } & Record<CountedField, number>>(sql`
      select status, count(*) as accounts, ${USERS} as people, count(local_id) filter (where mailbox_type = 'User') as "localId",
        count(mobile) filter (where mailbox_type = 'User') as mobile,
        count(job_title) filter (where mailbox_type = 'User') as "jobTitle",
        count(department) filter (where mailbox_type = 'User') as department,
        count(site) filter (where mailbox_type = 'User') as site,
        count(organisational_unit) filter (where mailbox_type = 'User') as "organisationalUnit"
      from account where ${inScope(scope, 'organisation_id', organisationId)} group by status`),
  )
  const present = rows.filter(({ status }) => (PRESENT_STATUSES as readonly string[]).includes(status))
  const sumOf = (name: 'people' | CountedField) => present.reduce((sum, row) => sum + row[name], 0)
  return {
    statuses: ACCOUNT_STATUSES.map((status) => ({
      status,
      accounts: rows.find((row) => row.status === status)?.accounts ?? 0,
    })),
    people: sumOf('people'),
    filled: Object.fromEntries(COUNTED_FIELDS.map((name) => [name, sumOf(name)])) as Figures['filled'],
  }
}

const USERS = sql`count(*) filter (where mailbox_type = 'User')`
