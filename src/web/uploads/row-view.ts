import type { Decision } from '../../changes/change.ts'
import { PERSON_FIELDS } from '../../directory/fields.ts'
import type { UploadRow } from '../../uploads/upload.ts'
import { type ChangeView, changeView } from '../accounts/change-view.ts'
import { fieldWord, valueWords } from '../accounts/field-words.ts'
import { NEEDS_TRANSFER } from '../transfers/asked-by-file.ts'

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
  similarRow: number | null
  /** Of a row that is left out otherwise: what the directory says beside what the row says. */
  sides: Side[]
  choices: { value: Decision; text: string; checked: boolean }[]
  /** What becomes of it, where nobody can choose any more. */
  chosen: string
  result: UploadRow['result']
  detail: string
  /** It tries to move somebody, which a transfer does. */
  needsTransfer: boolean
  /** It is about somebody who has left or was deleted. */
  hasGone: boolean
}

type Side = { field: string; now: string; row: string; differs: boolean }

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
    sides: row.choices.length > 0 ? sidesOf(row) : [],
    choices: row.choices.map((value) => ({
      value,
      text: choiceWords(value, row.action),
      checked: value === (decision ?? 'leave-out'),
    })),
    chosen: choiceWords(decision ?? 'leave-out', row.action),
    detail: detail ?? '',
    needsTransfer: problems.some(({ code }) => code in NEEDS_TRANSFER),
    hasGone: problems.some(({ code }) => code === 'account-leaver' || code === 'account-deleted'),
  }
}

// A new account's address is a proposal until the apply, which alone knows all addresses of the portal.
function fieldOf(field: string, { action, result }: UploadRow): string {
  const isNew = action === 'create' || action === 'possible-duplicate'
  return `${fieldWord(field)}${field === 'emailAddress' && isNew && result === null ? ', proposed' : ''}`
}

// A new person's whole entry stands beside the one that it looks like; for other rows only the changes are shown.
function sidesOf({ changes, similar, decision }: UploadRow): Side[] {
  const given = new Map(changes.map((change) => [change.field, change]))
  const fields = similar
    ? PERSON_FIELDS.filter((field) => given.has(field) || (similar.values[field] ?? null) !== null)
    : [...given.keys()]
  return fields.flatMap((field) => {
    const change = given.get(field)
    const now = valueWords(similar ? (similar.values[field] ?? null) : (change?.old ?? null), field)
    const row = change ? valueWords(change.new, field) : decision === 'update' ? now : ''
    if ((now === '' || now === 'No') && (row === '' || row === 'No')) return []
    return [{ field: fieldWord(field), now, row, differs: now !== row && !(similar && row === '') }]
  })
}

function choiceWords(decision: Decision, action: UploadRow['action']): string {
  if (decision === 'update' && action === 'conflict') return 'Keep what others changed, and do the rest'
  return CHOICE_WORDS[decision]
}

const CHOICE_WORDS: Record<Decision, string> = {
  'leave-out': 'Leave out',
  create: 'Create a new account',
  update: 'It is the same person: update that account',
  'same-person': 'It is the same person: update the account',
  'use-file': 'Use the values of the file',
}
