import type { AccountValues } from './fields.ts'

/** The statuses that a person may choose and ask for. */
export const ACCOUNT_STATUSES = ['Pending', 'Active', 'Disabled', 'Leaver', 'Deleted'] as const

/**
 * What nobody chooses, and no list shows; their local IDs and addresses are free. Withdrawn: it was created and that was
 * taken back. Removed: nothing is kept of it but its number.
 */
export const UNLISTED_STATUSES = ['Withdrawn', 'Removed'] as const

export type AccountStatus = (typeof ACCOUNT_STATUSES)[number] | (typeof UNLISTED_STATUSES)[number]

/** Of somebody who has left, was deleted, withdrawn or removed: the account is kept, and its fields are changed by nobody. */
export const GONE_STATUSES: readonly AccountStatus[] = ['Leaver', 'Deleted', ...UNLISTED_STATUSES]

/** Whether whose account it is has left, was deleted, withdrawn or removed. */
export function hasGone(status: string): boolean {
  return (GONE_STATUSES as readonly string[]).includes(status)
}

export const MAILBOX_TYPES = ['User', 'Shared', 'Resource'] as const

export type MailboxType = (typeof MAILBOX_TYPES)[number]

/** One person's (or shared or resource mailbox's) entry, as pages, the API and the reports show it. */
export type Account = AccountValues & {
  /** The account ID: Muster's own number. */
  id: number
  organisation: { id: number; code: string; name: string }
  /** Derived: `LASTNAME, First (ORGANISATION)`. */
  displayName: string
  /** The primary address. */
  address: string | null
  /** Addresses that it had before: mail to them still arrives. */
  otherAddresses: string[]
  status: AccountStatus
  /** Since when it has the status; null where that was never noted. */
  statusChangedAt: Date | null
  mailboxType: MailboxType
  createdAt: Date
  updatedAt: Date
  /** The administrator's name. */
  updatedBy: string
  /** Rises with every change. */
  version: number
}
