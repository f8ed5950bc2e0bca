import type { BulkAction } from '../changes/bulk-actions.ts'
import type { Problem } from '../changes/problem.ts'
import type { AccountStatus } from '../directory/account.ts'
import { count } from '../words.ts'

/** Why an action can't be done with an account of a status, and what to do. What isn't here it can, or it is so already. */
const REFUSALS: Record<BulkAction, Partial<Record<AccountStatus, string>>> = {
  disable: {
    Leaver:
      'The person has left, so there is nothing to disable. If they are back, restore the account first.',
    Deleted:
      'The account was deleted, so there is nothing to disable. If the person is back, have it restored first.',
  },
  enable: {
    Leaver: 'The person has left. If they are back, restore the account: it is then active.',
    Deleted: 'The account was deleted. If the person is back, restore the account: it is then active.',
  },
  leaver: {
    Deleted: 'The account was deleted already. Restore it first if it is to be that of a leaver.',
  },
  restore: {
    Pending: 'The account is pending and has neither left nor been deleted, so there is nothing to restore.',
    Disabled: 'The account is disabled and not that of a leaver. Enable it instead.',
  },
  delete: {},
  set: {
    Leaver: 'The person has left, so the account can’t be changed. If they are back, restore it first.',
    Deleted: 'The account was deleted, so it can’t be changed. If the person is back, restore it first.',
  },
}

/** Problems by the account's status, as a change holds them. */
export function refusalsOf(action: BulkAction): Record<string, Problem> {
  return Object.fromEntries(
    Object.entries(REFUSALS[action]).map(([status, message]) => [
      status,
      problem({ code: `is-${status.toLowerCase()}`, column: 'Status', value: status, message }),
    ]),
  )
}

/** Of an account that was deleted too long ago to come back. */
export function deletedTooLong(days: number): Problem {
  return problem({
    code: 'deleted-too-long',
    column: 'Status',
    value: 'Deleted',
    message: `The account was deleted more than ${count(days, 'day')} ago, so it can’t be restored. Add the person anew.`,
  })
}

function problem(told: Omit<Problem, 'severity'>): Problem {
  return { ...told, severity: 'error' }
}
