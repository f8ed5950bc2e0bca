import type { Actor } from '../access/actor.ts'
import type { Account } from '../directory/account.ts'
import type { AccountFilter } from '../directory/account-filter.ts'
import type { Portal } from '../portal.ts'
import { type ColumnName, cellOf, UPLOAD_FORMAT, type UploadColumn } from '../uploads/columns.ts'
import { type AccountFile, accountFileText } from './account-file.ts'

/**
 * The export to edit and send back, under the upload format's own headings. Sent back unedited it changes nothing:
 * leavers and deleted accounts, which an upload may not touch, are left out.
 */
export const UPLOAD_FILE: AccountFile = {
  name: 'upload-file',
  columns: UPLOAD_FORMAT.columns.filter(isExported).map(({ heading, name }) => ({
    heading,
    cell: (account) => cellOf(valueIn(account, name)),
  })),
  statuses: ['Pending', 'Active', 'Disabled'],
}

/**
 * The export as upload file: CSV, UTF-8 with BOM, a piece at a time.
 * @param wanted only those, where not everybody is
 * @throws NotFound when the organisation isn't in the actor's scope; Forbidden, InvalidInput as of `findAccounts`
 */
export function uploadFile(
  portal: Portal,
  actor: Actor,
  organisationCode: string,
  wanted: AccountFilter = {},
): AsyncIterable<string> {
  return accountFileText(portal, actor, organisationCode, UPLOAD_FILE, wanted)
}

function isExported({ offered }: UploadColumn): boolean {
  return offered !== 'never'
}

function valueIn(account: Account, column: ColumnName): string | boolean | null {
  if (column === 'emailAddress') return account.address
  if (column === 'id') return String(account.id)
  if (column === 'organisationCode') return account.organisation.code
  if (column === 'version') return String(account.version)
  return account[column]
}
