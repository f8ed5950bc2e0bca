import type { Actor } from '../access/actor.ts'
import type { Account } from '../directory/account.ts'
import { ANNOUNCED_DAYS, DUE_STATUSES, dueOf } from '../directory/due.ts'
import type { Portal } from '../portal.ts'
import { type AccountFile, accountFileText } from './account-file.ts'

/** Due: of whom what becomes within the next days, unless somebody does something. */
export const DUE_REPORT: AccountFile = {
  name: 'due',
  columns: [
    { heading: 'ID', cell: ({ id }) => String(id) },
    { heading: 'LocalID', cell: ({ localId }) => localId ?? '' },
    { heading: 'DisplayName', cell: ({ displayName }) => displayName },
    { heading: 'EmailAddress', cell: ({ address }) => address ?? '' },
    { heading: 'Status', cell: ({ status }) => status },
    {
      heading: 'StatusSince',
      cell: ({ statusChangedAt }) => statusChangedAt?.toISOString().slice(0, 10) ?? '',
    },
    { heading: 'Becomes', cell: (account) => dueOf(account)?.becomes ?? '' },
    { heading: 'BecomesOn', cell: (account) => dueOn(account) },
  ],
  statuses: DUE_STATUSES,
  only: { dueWithin: ANNOUNCED_DAYS },
}

/**
 * The report Due as CSV, UTF-8 with BOM, a piece at a time.
 * @throws NotFound when the organisation isn't in the actor's scope
 */
export function dueReport(portal: Portal, actor: Actor, organisationCode: string): AsyncIterable<string> {
  return accountFileText(portal, actor, organisationCode, DUE_REPORT)
}

// A step that a missed day left undone is made up by the next run, so it is due today.
function dueOn(account: Account): string {
  return dueOf(account)?.on ?? ''
}
