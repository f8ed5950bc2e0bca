import type { Actor } from '../access/actor.ts'
import type { Portal } from '../portal.ts'
import { type AccountFile, accountFileText } from './account-file.ts'

/** The Mailbox Report: everyone of an organisation, in whatever status. Scripts rely on these columns. */
export const MAILBOX_REPORT: AccountFile = {
  name: 'mailbox',
  columns: [
    { heading: 'ID', cell: ({ id }) => String(id) },
    { heading: 'ExternalSyncID', cell: ({ localId }) => localId ?? '' },
    { heading: 'EmailAddress', cell: ({ address }) => address ?? '' },
    { heading: 'DisplayName', cell: ({ displayName }) => displayName },
    { heading: 'Title', cell: ({ title }) => title ?? '' },
    { heading: 'FirstName', cell: ({ firstName }) => firstName ?? '' },
    { heading: 'LastName', cell: ({ lastName }) => lastName ?? '' },
    { heading: 'JobTitle', cell: ({ jobTitle }) => jobTitle ?? '' },
    { heading: 'MailboxType', cell: ({ mailboxType }) => mailboxType },
    { heading: 'Status', cell: ({ status }) => status },
    { heading: 'OrganisationCode', cell: ({ organisation }) => organisation.code },
    { heading: 'OrganisationName', cell: ({ organisation }) => organisation.name },
    { heading: 'Site', cell: ({ site }) => site ?? '' },
    { heading: 'OrganisationalUnit', cell: ({ organisationalUnit }) => organisationalUnit ?? '' },
    { heading: 'Mobile', cell: ({ mobile }) => mobile ?? '' },
    { heading: 'Telephone', cell: ({ telephone }) => telephone ?? '' },
    { heading: 'CreatedOn', cell: ({ createdAt }) => toTheSecond(createdAt) },
    { heading: 'UpdatedOn', cell: ({ updatedAt }) => toTheSecond(updatedAt) },
    { heading: 'UpdatedBy', cell: ({ updatedBy }) => updatedBy },
  ],
}

/**
 * The Mailbox Report as CSV, UTF-8 with BOM, a piece at a time.
 * @throws NotFound when the organisation isn't in the actor's scope
 */
export function mailboxReport(portal: Portal, actor: Actor, organisationCode: string): AsyncIterable<string> {
  return accountFileText(portal, actor, organisationCode, MAILBOX_REPORT)
}

// ISO 8601 in UTC, so that a script needs no guess.
function toTheSecond(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`
}
