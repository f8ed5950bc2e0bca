import sql from 'sql-template-tag'
import type { Transaction } from '../database/open.ts'
import { ACCOUNT_STATUSES, type Account, type AccountStatus } from '../directory/account.ts'
import type { AccountFilter } from '../directory/account-filter.ts'
import type { StatusDays } from '../directory/due.ts'
import { matching } from '../directory/filter-sql.ts'
import { accountsAfterId } from '../directory/find-accounts.ts'
import { settingsOf } from '../directory/settings.ts'
import { mapYielding } from '../flow/yielding.ts'
import type { ParameterName } from './parameters.ts'
import { type Asked, barsOf, type Column, type Measures, numberAfter, type Report } from './report.ts'

type AccountColumn = Column & { cell: (account: Account, days: StatusDays) => string }

/** A report with one row an account: its columns, and whom it leaves out. */
export type AccountReport = Pick<Report, 'kind' | 'title' | 'question' | 'fileName'> & {
  columns: readonly AccountColumn[]
  /** What it takes besides the site and the unit. */
  takes?: readonly ParameterName[]
  /** Everyone, when left out. */
  statuses?: readonly AccountStatus[]
  /** Whom else it leaves out. */
  only?: AccountFilter
  /** How many there are by their status, when left out. */
  measure?: (tx: Transaction, asked: Asked, filter: AccountFilter) => Promise<Measures>
}

/** Columns that say which account a row is about. */
export const WHO_IT_IS: readonly AccountColumn[] = [
  { heading: 'ID', cell: ({ id }) => String(id) },
  { heading: 'LocalID', onPage: 'Local ID', cell: ({ localId }) => localId ?? '' },
  {
    heading: 'DisplayName',
    onPage: 'Name',
    leads: { to: '/accounts/', by: 'ID' },
    cell: ({ displayName }) => displayName,
  },
  { heading: 'EmailAddress', onPage: 'Email address', cell: ({ address }) => address ?? '' },
  { heading: 'Status', onPage: 'Status', cell: ({ status }) => status },
]

/** Accounts in the order of their IDs, a page of them at a time. */
export function accountReport(given: AccountReport): Report {
  const { takes = [], measure = byStatus, columns, statuses: _statuses, only: _only, ...rest } = given
  return {
    ...rest,
    columns,
    needs: 'read-accounts',
    takes: ['site', 'unit', ...takes],
    counted: ['account', 'accounts'],
    measure: (tx, asked) => measure(tx, asked, filterFor(given, asked)),
    page: async (tx, asked, from) => {
      const accounts = await accountsAfterId(tx, asked.organisation.id, {
        afterId: numberAfter(from),
        limit: from.limit,
        filter: filterFor(given, asked),
      })
      const { days } = await settingsOf(tx, asked.organisation.id)
      const last = accounts.at(-1)
      return {
        rows: await mapYielding(accounts, (account) => columns.map(({ cell }) => cell(account, days))),
        records: accounts.length,
        next: last && accounts.length === from.limit ? String(last.id) : null,
      }
    },
  }
}

/** Whom a report is about, of those that are wanted: never one whom it leaves out. */
function filterFor({ statuses = ACCOUNT_STATUSES, only }: AccountReport, asked: Asked): AccountFilter {
  const { site, unit, status, missing } = asked.parameters
  const wanted = asked.filter ?? {}
  const all: readonly AccountStatus[] =
    wanted.status === undefined ? ACCOUNT_STATUSES : [wanted.status].flat()
  return {
    ...wanted,
    ...(site === undefined ? {} : { site }),
    ...(unit === undefined ? {} : { unit }),
    ...only,
    ...(missing === undefined ? {} : { missing: [missing] }),
    status: statuses.filter((one) => all.includes(one) && (status === undefined || status === one)),
  }
}

/** What accounts are counted by. */
const GROUPS = { status: sql`a.status`, type: sql`a.mailbox_type` }

async function byStatus(tx: Transaction, asked: Asked, filter: AccountFilter): Promise<Measures> {
  const counts = await countBy(tx, asked, filter, 'status')
  const ofStatuses = ACCOUNT_STATUSES.map((status) => ({
    label: status,
    value: counts.find(({ label }) => label === status)?.value ?? 0,
  })).filter(({ label }) => [filter.status].flat().includes(label))
  return {
    total: ofStatuses.reduce((sum, { value }) => sum + value, 0),
    figures: ofStatuses,
    pictures: [{ kind: 'bars', caption: 'Accounts by status', counts: 'Accounts', bars: barsOf(ofStatuses) }],
  }
}

/** How many accounts match, of each group. */
export function countBy(
  tx: Transaction,
  { organisation }: Asked,
  filter: AccountFilter,
  group: keyof typeof GROUPS,
): Promise<{ label: string; value: number }[]> {
  const { searched, where } = matching(filter, 'everything', organisation.id)
  return tx.rows(sql`${searched} select ${GROUPS[group]} as label, count(*) as value from account a where ${where}
    group by 1 order by 2 desc, 1`)
}
