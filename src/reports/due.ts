import { DUE_STATUSES, dueOf } from '../directory/due.ts'
import { dayAt } from '../words.ts'
import { accountReport, WHO_IT_IS } from './account-report.ts'

/** Due: of whom what becomes within the next days, unless somebody does something. */
export const DUE_REPORT = accountReport({
  kind: 'due',
  title: 'Due',
  question:
    'What becomes of whom within the next days? Pending accounts that become active, leavers who will be deleted, and deleted accounts that will be removed for good, each with the day.',
  fileName: 'due',
  columns: [
    ...WHO_IT_IS,
    {
      heading: 'StatusSince',
      onPage: 'Since',
      cell: ({ statusChangedAt }) => (statusChangedAt ? dayAt(statusChangedAt) : ''),
    },
    { heading: 'Becomes', onPage: 'Becomes', cell: (account, days) => dueOf(account, days)?.becomes ?? '' },
    { heading: 'BecomesOn', onPage: 'On', cell: (account, days) => dueOf(account, days)?.on ?? '' },
  ],
  statuses: DUE_STATUSES,
  only: { dueWithin: 'announced' },
})
