import type { Account } from '../directory/account.ts'
import { type ColumnName, cellOf, UPLOAD_FORMAT, type UploadColumn } from '../uploads/columns.ts'
import { accountReport } from './account-report.ts'
import type { Column } from './report.ts'

const ON_PAGE: Partial<Record<ColumnName, Pick<Column, 'onPage' | 'leads'>>> = {
  id: { onPage: 'ID', leads: { to: '/accounts/', by: 'ID' } },
  localId: { onPage: 'Local ID' },
  firstName: { onPage: 'First name' },
  lastName: { onPage: 'Last name' },
  jobTitle: { onPage: 'Job title' },
  site: { onPage: 'Site' },
  mobile: { onPage: 'Mobile' },
}

/**
 * The export to edit and send back, under the upload format's own headings. Sent back unedited it changes nothing:
 * leavers and deleted accounts, which an upload may not touch, are left out.
 */
export const UPLOAD_FILE = accountReport({
  kind: 'upload-file',
  title: 'Export as upload file',
  question:
    'What do I send back? The same people under the headings of an upload, leavers and deleted accounts left out. Sent back unedited, it changes nothing.',
  fileName: 'accounts',
  columns: UPLOAD_FORMAT.columns.filter(isExported).map(({ heading, name }) => ({
    heading,
    ...shownOnPage(name),
    cell: (account) => cellOf(valueIn(account, name)),
  })),
  statuses: ['Pending', 'Active', 'Disabled'],
})

function shownOnPage(name: ColumnName): Pick<Column, 'onPage' | 'leads'> {
  return ON_PAGE[name] ?? {}
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
