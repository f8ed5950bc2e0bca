import { accountReport } from './account-report.ts'
import { toTheSecond } from './report.ts'

/** The Mailbox Report: everyone of an organisation, in whatever status. Scripts rely on these columns. */
export const MAILBOX_REPORT = accountReport({
  kind: 'mailbox',
  title: 'Mailbox Report',
  question:
    'Who is in the directory? Everyone of your organisation, leavers and deleted accounts too, with their IDs.',
  fileName: 'mailbox-report',
  takes: ['status'],
  columns: [
    { heading: 'ID', onPage: 'ID', cell: ({ id }) => String(id) },
    { heading: 'ExternalSyncID', onPage: 'Local ID', cell: ({ localId }) => localId ?? '' },
    { heading: 'EmailAddress', onPage: 'Email address', cell: ({ address }) => address ?? '' },
    {
      heading: 'DisplayName',
      onPage: 'Name',
      leads: { to: '/accounts/', by: 'ID' },
      cell: ({ displayName }) => displayName,
    },
    { heading: 'Title', cell: ({ title }) => title ?? '' },
    { heading: 'FirstName', cell: ({ firstName }) => firstName ?? '' },
    { heading: 'LastName', cell: ({ lastName }) => lastName ?? '' },
    { heading: 'JobTitle', onPage: 'Job title', cell: ({ jobTitle }) => jobTitle ?? '' },
    { heading: 'MailboxType', cell: ({ mailboxType }) => mailboxType },
    { heading: 'Status', onPage: 'Status', cell: ({ status }) => status },
    { heading: 'OrganisationCode', cell: ({ organisation }) => organisation.code },
    { heading: 'OrganisationName', cell: ({ organisation }) => organisation.name },
    { heading: 'Site', onPage: 'Site', cell: ({ site }) => site ?? '' },
    { heading: 'OrganisationalUnit', cell: ({ organisationalUnit }) => organisationalUnit ?? '' },
    { heading: 'Mobile', cell: ({ mobile }) => mobile ?? '' },
    { heading: 'Telephone', cell: ({ telephone }) => telephone ?? '' },
    { heading: 'CreatedOn', isTime: true, cell: ({ createdAt }) => toTheSecond(createdAt) },
    { heading: 'UpdatedOn', isTime: true, cell: ({ updatedAt }) => toTheSecond(updatedAt) },
    { heading: 'UpdatedBy', cell: ({ updatedBy }) => updatedBy },
  ],
})
