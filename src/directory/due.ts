import { dayAt } from '../words.ts'
import type { Account, AccountStatus } from './account.ts'

/** For how long an organisation keeps who has left, and how many days ahead it is told what becomes of whom. */
export type StatusDays = {
  /** Until a leaver is deleted. */
  leaver: number
  /** Until a deleted account is removed. */
  deleted: number
  announced: number
}

export const DEFAULT_DAYS: StatusDays = { leaver: 30, deleted: 30, announced: 7 }

/** What becomes of an account by itself: once it has stood so many days in a status, or on the day on which the person starts. */
export const DUE = {
  Pending: { becomes: 'Active', after: null },
  Leaver: { becomes: 'Deleted', after: 'leaver' },
  Deleted: { becomes: 'Removed', after: 'deleted' },
} as const satisfies Partial<
  Record<AccountStatus, { becomes: AccountStatus; after: keyof StatusDays | null }>
>

export type DueStatus = keyof typeof DUE

export const DUE_STATUSES = Object.keys(DUE) as DueStatus[]

/** What becomes of an account next, and on which day, such as 2026-11-30; null where nothing does by itself. */
export function dueOf(
  { status, statusChangedAt, startsOn }: Pick<Account, 'status' | 'statusChangedAt' | 'startsOn'>,
  days: StatusDays,
): { becomes: AccountStatus; on: string } | null {
  if (!isDueStatus(status)) return null
  const { after, becomes } = DUE[status]
  if (after === null) return startsOn === null ? null : { becomes, on: startsOn }
  if (statusChangedAt === null) return null
  const [year = 0, month = 1, day = 1] = dayAt(statusChangedAt).split('-').map(Number)
  return { becomes, on: new Date(Date.UTC(year, month - 1, day + days[after])).toISOString().slice(0, 10) }
}

function isDueStatus(status: AccountStatus): status is DueStatus {
  return Object.hasOwn(DUE, status)
}
