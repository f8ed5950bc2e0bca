import type { Account, AccountStatus } from './account.ts'

/** What becomes of an account by itself once it has stood so many days in a status. */
export const DUE = {
  Leaver: { days: 30, becomes: 'Deleted' },
  Deleted: { days: 30, becomes: 'Removed' },
} as const satisfies Partial<Record<AccountStatus, { days: number; becomes: AccountStatus }>>

export type DueStatus = keyof typeof DUE

export const DUE_STATUSES = Object.keys(DUE) as DueStatus[]

/** How many days ahead it is announced. */
export const ANNOUNCED_DAYS = 7

/** What becomes of an account next, and on which day, such as 2026-11-30; null where nothing does by itself. */
export function dueOf({
  status,
  statusChangedAt,
}: Pick<Account, 'status' | 'statusChangedAt'>): { becomes: AccountStatus; on: string } | null {
  if (!isDueStatus(status) || statusChangedAt === null) return null
  const { days, becomes } = DUE[status]
  const [year = 0, month = 1, day = 1] = DAY.format(statusChangedAt).split('-').map(Number)
  return { becomes, on: new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10) }
}

function isDueStatus(status: AccountStatus): status is DueStatus {
  return Object.hasOwn(DUE, status)
}

const DAY = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London', dateStyle: 'short' })
