import type { AccountStatus } from '../../directory/account.ts'

/** An account's status as its tag. */
export const ACCOUNT_TAGS: Record<AccountStatus, { text: string; colour: string }> = {
  Pending: { text: 'Pending', colour: 'blue' },
  Active: { text: 'Active', colour: 'green' },
  Disabled: { text: 'Disabled', colour: 'yellow' },
  Leaver: { text: 'Leaver', colour: 'orange' },
  Deleted: { text: 'Deleted', colour: 'red' },
  Withdrawn: { text: 'Withdrawn', colour: 'grey' },
  Removed: { text: 'Removed', colour: 'grey' },
}
