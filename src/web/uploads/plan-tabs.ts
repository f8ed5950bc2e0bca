import type { WantedRows } from '../../uploads/find-rows.ts'
import { problemWords } from '../../uploads/problem-words.ts'
import type { Upload } from '../../uploads/upload.ts'
import { fieldWord } from '../accounts/field-words.ts'
import { link } from '../link.ts'

type Counted =
  | 'update'
  | 'create'
  | 'differentPerson'
  | 'possibleDuplicate'
  | 'conflict'
  | 'error'
  | 'warned'
  | 'unchanged'

export type Tab = {
  show: string
  count: Counted
  text: string
  rows: Pick<WantedRows, 'action' | 'warned'>
  /** How its rows can be narrowed down. */
  by?: 'field' | 'problem'
  /** What a person says of each of its rows, and how. */
  decides?: boolean
}

/** The parts of a plan, as tabs: each shows the rows of one kind. */
export const TABS: readonly Tab[] = [
  { show: 'update', count: 'update', text: 'Will be updated', rows: { action: 'update' }, by: 'field' },
  { show: 'create', count: 'create', text: 'Will be created', rows: { action: 'create' } },
  {
    ...{ show: 'different-people', count: 'differentPerson', text: 'Different person?' },
    ...{ rows: { action: 'different-person' }, decides: true },
  },
  {
    ...{ show: 'possible-duplicates', count: 'possibleDuplicate', text: 'Possible duplicates' },
    ...{ rows: { action: 'possible-duplicate' }, decides: true },
  },
  { show: 'conflicts', count: 'conflict', text: 'Conflicts', rows: { action: 'conflict' }, decides: true },
  { show: 'errors', count: 'error', text: 'Errors', rows: { action: 'error' }, by: 'problem' },
  { show: 'warnings', count: 'warned', text: 'Warnings', rows: { warned: true }, by: 'problem' },
  { show: 'unchanged', count: 'unchanged', text: 'No change', rows: { action: 'unchanged' } },
]

export type Filter = { value: string; text: string; rows: number; emptied: number; href: string }

/** The fields that updates change, or the kinds of errors or warnings, most frequent first. */
export function filtersOf({ counts }: Upload, { show, by }: Tab, path: string): Filter[] {
  if (by === undefined) return []
  const counted = by === 'field' ? counts.fields : show === 'errors' ? counts.problems : counts.warnings
  return Object.entries(counted)
    .sort(([, one], [, other]) => other - one)
    .map(([value, rows]) => ({
      value,
      text: by === 'field' ? fieldWord(value) : problemWords(value),
      rows,
      emptied: by === 'field' ? (counts.clears[value] ?? 0) : 0,
      href: `${link(path, { show, [by]: value })}#rows`,
    }))
}
