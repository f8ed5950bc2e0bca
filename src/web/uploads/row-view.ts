import type { Decision } from '../../changes/change.ts'
import type { UploadRow } from '../../uploads/upload.ts'
import { type ChangeView, changeView } from '../accounts/change-view.ts'
import { fieldWord } from '../accounts/field-words.ts'

/** A row of an upload as its tables show it. */
export type RowView = {
  row: number
  name: string
  localId: string
  accountId: number | null
  changes: ChangeView[]
  errors: ProblemView[]
  warnings: string[]
  similar: UploadRow['similar']
  decision: Decision
  result: UploadRow['result']
  detail: string
}

type ProblemView = { column: string; value: string; message: string }

export function rowView(row: UploadRow): RowView {
  const { problems, decision, detail, changes } = row
  return {
    ...row,
    name: row.name ?? '',
    localId: row.localId ?? '',
    changes: changes.map((change) => ({ ...changeView(change), field: fieldOf(change.field, row) })),
    errors: problems
      .filter(({ severity }) => severity === 'error')
      .map(({ column, value, message }) => ({ column: column ?? '', value: value ?? '', message })),
    warnings: problems
      .filter(({ severity }) => severity === 'warning')
      .map(({ column, message }) => (column === null ? message : `${column}: ${message}`)),
    decision: decision ?? 'leave-out',
    detail: detail ?? '',
  }
}

// Only the apply knows all addresses of the portal: until then a new account's is a proposal.
function fieldOf(field: string, { action, result }: UploadRow): string {
  const isNew = action === 'create' || action === 'possible-duplicate'
  return `${fieldWord(field)}${field === 'emailAddress' && isNew && result === null ? ', proposed' : ''}`
}
