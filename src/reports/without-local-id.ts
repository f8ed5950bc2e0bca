import { PRESENT_STATUSES } from '../directory/account-filter.ts'
import { accountReport, countBy } from './account-report.ts'
import { barsOf, toTheSecond } from './report.ts'

/** Accounts that no file can name by their local ID. */
export const WITHOUT_LOCAL_ID_REPORT = accountReport({
  kind: 'without-local-id',
  title: 'Accounts without a local ID',
  question:
    'Whom can a file not name by their local ID? Everybody who is there and has none, shared and resource mailboxes too.',
  fileName: 'without-local-id',
  takes: ['status'],
  statuses: PRESENT_STATUSES,
  only: { hasLocalId: false },
  columns: [
    { heading: 'ID', onPage: 'ID', cell: ({ id }) => String(id) },
    {
      heading: 'DisplayName',
      onPage: 'Name',
      leads: { to: '/accounts/', by: 'ID' },
      cell: ({ displayName }) => displayName,
    },
    { heading: 'EmailAddress', onPage: 'Email address', cell: ({ address }) => address ?? '' },
    { heading: 'MailboxType', onPage: 'Mailbox', cell: ({ mailboxType }) => mailboxType },
    { heading: 'JobTitle', onPage: 'Job title', cell: ({ jobTitle }) => jobTitle ?? '' },
    { heading: 'Site', onPage: 'Site', cell: ({ site }) => site ?? '' },
    { heading: 'OrganisationalUnit', cell: ({ organisationalUnit }) => organisationalUnit ?? '' },
    { heading: 'Status', onPage: 'Status', cell: ({ status }) => status },
    { heading: 'CreatedOn', isTime: true, cell: ({ createdAt }) => toTheSecond(createdAt) },
    { heading: 'UpdatedOn', isTime: true, cell: ({ updatedAt }) => toTheSecond(updatedAt) },
    { heading: 'UpdatedBy', cell: ({ updatedBy }) => updatedBy },
  ],
  measure: async (tx, asked, filter) => {
    const types = await countBy(tx, asked, filter, 'type')
    const total = types.reduce((sum, { value }) => sum + value, 0)
    return {
      total,
      figures: [{ label: 'Accounts without a local ID', value: total }],
      pictures: [
        {
          ...{ kind: 'bars', caption: 'Accounts without a local ID, by their mailbox', counts: 'Accounts' },
          bars: barsOf(types),
        },
      ],
    }
  },
})
